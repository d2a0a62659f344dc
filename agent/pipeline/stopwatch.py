"""Time of each step of an answer."""

from __future__ import annotations

import time

from agent.answers import Answer, Event, EventKind, Recommendation, Request
from retrieval.items import Item


class Stopwatch:
    """Runs from its making; laps are the seconds each step took."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._start = self._last = time.perf_counter()

    def lap(self, step: str) -> None:
        """A step has ended."""
        now = time.perf_counter()
        self.laps[step] = round(now - self._last, 4)
        self._last = now

    def event(
        self,
        kind: EventKind,
        text: str = "",
        *,
        request: Request | None = None,
        items: tuple[Item, ...] = (),
        recommendation: Recommendation | None = None,
        answer: Answer | None = None,
    ) -> Event:
        """An event at this moment."""
        at_s = round(time.perf_counter() - self._start, 4)
        return Event(kind, at_s, text, request, items, recommendation, answer)
