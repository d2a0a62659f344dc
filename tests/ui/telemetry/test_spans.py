"""Turns as spans: one for the turn, one after another for its steps, and no word of anybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.answers import Answer, Event, Request
from agent.errors import RequestError
from ui.telemetry.metrics import GAUGES, Metrics
from ui.telemetry.spans import ERROR, MODEL, N_ITEMS, OPERATION, STEP, TURN, traced

BACKENDS = {"llm": "a small model", "text": "an encoder", "describer": "eyes"}
TIMINGS = {"understand": 0.5, "retrieve": 0.25, "rerank": 1.0, "diversify": 0.125}
ANSWER = Answer(Request("a boat", "a boat", "en"), (), backends=BACKENDS, timings_s=TIMINGS)
STEPS = [Event("status", 0.0, "searching"), Event("final", 1.0, answer=ANSWER)]


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    made, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(made))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return made


def spans(exporter: InMemorySpanExporter) -> tuple[ReadableSpan, list[ReadableSpan]]:
    """The turn, and its steps."""
    found = exporter.get_finished_spans()
    (turn,) = [span for span in found if span.name == TURN]
    return turn, [span for span in found if span is not turn]


def test_events_pass_through_as_they_are(exporter: InMemorySpanExporter) -> None:
    assert list(traced(iter(STEPS), Metrics())) == STEPS


def test_steps_follow_one_another_from_the_beginning_of_the_turn(exporter: InMemorySpanExporter) -> None:
    list(traced(iter(STEPS), Metrics()))
    turn, steps = spans(exporter)
    assert [(step.attributes or {})[STEP] for step in steps] == list(TIMINGS)
    assert [(step.end_time or 0) - (step.start_time or 0) for step in steps] == [
        500_000_000,
        250_000_000,
        10**9,
        125_000_000,
    ]
    assert [step.start_time for step in steps] == [turn.start_time, *(step.end_time for step in steps[:-1])]
    assert all(step.parent == turn.context for step in steps)


def test_a_step_names_its_operation_and_the_model_that_did_it(exporter: InMemorySpanExporter) -> None:
    list(traced(iter(STEPS), Metrics()))
    turn, steps = spans(exporter)
    attributes = [step.attributes or {} for step in steps]
    assert [one[OPERATION] for one in attributes] == ["embeddings", "retrieval", "chat", "diversify"]
    assert [one.get(MODEL) for one in attributes] == ["an encoder", None, "a small model", None]
    assert (turn.attributes or {})[N_ITEMS] == 0


def test_a_turn_that_fails_is_told_by_the_kind_of_its_error_alone(exporter: InMemorySpanExporter) -> None:
    def failing() -> Iterator[Event]:
        yield STEPS[0]
        raise RequestError("what somebody wrote", "Ask otherwise.")

    metrics = Metrics()
    with pytest.raises(RequestError):
        list(traced(failing(), metrics))
    turn, steps = spans(exporter)
    assert (turn.attributes or {})[ERROR] == "RequestError"
    assert (steps, turn.events) == ([], ())
    assert "somebody" not in turn.to_json()
    assert 'tastemaker_turns_total{outcome="RequestError"} 1' in metrics.text(dict.fromkeys(GAUGES, 0))


def test_an_answered_turn_counts_its_steps(exporter: InMemorySpanExporter) -> None:
    metrics = Metrics()
    list(traced(iter(STEPS), metrics))
    text = metrics.text(dict.fromkeys(GAUGES, 0))
    assert 'tastemaker_turns_total{outcome="answered"} 1' in text
    assert 'tastemaker_step_seconds_sum{step="rerank"} 1.0' in text
