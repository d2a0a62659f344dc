"""Counts and times in the text form that Prometheus reads."""

from __future__ import annotations

import pytest

from ui.telemetry.metrics import COUNTS, GAUGES, TIMES, Metrics

NOW = dict.fromkeys(GAUGES, 0.0)


def samples(metrics: Metrics, now: dict[str, float] = NOW) -> list[str]:
    return [line for line in metrics.text(now).splitlines() if not line.startswith("#")]


def test_every_family_is_told_with_its_meaning_and_kind_before_anything_is_counted() -> None:
    text = Metrics().text(NOW)
    kinds = {line.split()[2]: line.split()[3] for line in text.splitlines() if line.startswith("# TYPE")}
    assert kinds == {
        **{f"tastemaker_{name}_total": "counter" for name in COUNTS},
        **{f"tastemaker_{name}": "summary" for name in TIMES},
        **{f"tastemaker_{name}": "gauge" for name in GAUGES},
    }
    assert text.count("# HELP") == len(kinds)
    assert text.endswith("\n")


def test_what_happens_again_under_the_same_labels_is_added_up() -> None:
    metrics = Metrics()
    for outcome in ("answered", "answered", "Busy"):
        metrics.count("turns", outcome=outcome)
    assert 'tastemaker_turns_total{outcome="Busy"} 1' in samples(metrics)
    assert 'tastemaker_turns_total{outcome="answered"} 2' in samples(metrics)


def test_a_duration_is_told_as_a_sum_and_a_number() -> None:
    metrics = Metrics()
    for seconds in (0.1, 0.2):
        metrics.time("step_seconds", seconds, step="retrieve")
    assert 'tastemaker_step_seconds_sum{step="retrieve"} 0.3' in samples(metrics)
    assert 'tastemaker_step_seconds_count{step="retrieve"} 2' in samples(metrics)


@pytest.mark.parametrize(("text", "shown"), [('a "b"', 'a \\"b\\"'), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb")])
def test_no_label_can_end_its_line_or_its_quotes(text: str, shown: str) -> None:
    metrics = Metrics()
    metrics.count("turns", outcome=text)
    assert f'tastemaker_turns_total{{outcome="{shown}"}} 1' in samples(metrics)


def test_a_gauge_is_as_it_is_now() -> None:
    assert "tastemaker_ready 1" in samples(Metrics(), NOW | {"ready": True})
    assert "tastemaker_uploads_bytes 1.5e+06" in samples(Metrics(), NOW | {"uploads_bytes": 1_500_000})
