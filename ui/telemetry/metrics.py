"""Counts and times of one server, in the text form that Prometheus reads."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTS = {
    "requests": "Answered HTTP requests, by route and status.",
    "turns": "Turns that ended, by outcome.",
}
TIMES = {
    "request_seconds": "Seconds until an HTTP request was answered whole, by route.",
    "step_seconds": "Seconds that each step of a turn took.",
}
GAUGES = {
    "ready": "1 while requests can be answered.",
    "turns_pending": "Turns in work or waiting.",
    "turns_waiting": "Turns that wait for a place.",
    "jobs_running": "Long jobs in work.",
    "items": "Items in the workspace.",
    "uploads_bytes": "Size of the files that callers sent and that are kept.",
}
Labels = tuple[tuple[str, str], ...]


class Metrics:
    """What has been counted and timed since the start. Any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: defaultdict[tuple[str, Labels], int] = defaultdict(int)
        self._sums: defaultdict[tuple[str, Labels], float] = defaultdict(float)

    def count(self, name: str, **labels: str) -> None:
        """One more of `COUNTS`."""
        with self._lock:
            self._counts[name, tuple(labels.items())] += 1

    def time(self, name: str, seconds: float, **labels: str) -> None:
        """One more duration of `TIMES`."""
        with self._lock:
            self._counts[name, tuple(labels.items())] += 1
            self._sums[name, tuple(labels.items())] += seconds

    def text(self, now: Mapping[str, float]) -> str:
        """All of it.

        Args:
            now: The present value of each of `GAUGES`.
        """
        with self._lock:
            counts, sums = dict(self._counts), dict(self._sums)
        lines: list[str] = []
        for name, meaning in COUNTS.items():
            lines += _head(f"{name}_total", "counter", meaning)
            lines += _samples(f"{name}_total", name, counts)
        for name, meaning in TIMES.items():
            lines += _head(name, "summary", meaning)
            lines += _samples(f"{name}_sum", name, sums)
            lines += _samples(f"{name}_count", name, counts)
        for name, meaning in GAUGES.items():
            lines += _head(name, "gauge", meaning)
            lines.append(f"tastemaker_{name} {now[name]:g}")
        return "\n".join(lines) + "\n"


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP tastemaker_{name} {meaning}"
    yield f"# TYPE tastemaker_{name} {kind}"


def _samples(name: str, family: str, values: Mapping[tuple[str, Labels], float]) -> Iterator[str]:
    for (of, labels), value in sorted(values.items()):
        if of == family:
            pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
            yield f"tastemaker_{name}{{{pairs}}} {round(value, 6)!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
