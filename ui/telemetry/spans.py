"""Turns as OpenTelemetry spans and as metrics: names and times, never what was said or found.

Without an OpenTelemetry SDK in the process the spans cost next to nothing and go nowhere. The names are those of the
semantic conventions for generative AI, which are still in development: they stand here and nowhere else.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.errors import TastemakerError
from ui.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from agent.answers import Answer, Event

TRACER = "tastemaker"
TURN = "invoke_agent tastemaker"
OPERATION = "gen_ai.operation.name"
AGENT_NAME = "gen_ai.agent.name"
MODEL = "gen_ai.request.model"
ERROR = "error.type"
STEP = "tastemaker.step"
N_ITEMS = "tastemaker.items"
OPERATIONS = {"understand": "embeddings", "retrieve": "retrieval", "rerank": "chat", "explain": "chat"}
MODEL_OF = {"embeddings": "text", "chat": "llm"}


def traced(events: Iterator[Event], metrics: Metrics) -> Iterator[Event]:
    """The same events; when the turn has ended, its steps are told as spans and metrics."""
    from opentelemetry.trace import get_tracer

    tracer, began_ns = get_tracer(TRACER), time.time_ns()
    outcome = "cancelled"
    # what an exception says may hold what somebody wrote, so only its class is told
    turn = tracer.start_as_current_span(
        TURN, start_time=began_ns, record_exception=False, set_status_on_exception=False
    )
    with turn as span:
        span.set_attributes({OPERATION: "invoke_agent", AGENT_NAME: "tastemaker"})
        try:
            for event in events:
                if event.answer is not None:
                    outcome = "answered"
                    span.set_attribute(N_ITEMS, len(event.answer.recommendations))
                    _tell_steps(event.answer, tracer, began_ns, metrics)
                yield event
        except TastemakerError as error:
            outcome = type(error).__name__
            span.set_attribute(ERROR, outcome)
            raise
        finally:
            metrics.count("turns", outcome=outcome)


def _tell_steps(answer: Answer, tracer: Tracer, began_ns: int, metrics: Metrics) -> None:
    at_ns = began_ns
    for step, seconds in answer.timings_s.items():
        metrics.time("step_seconds", seconds, step=step)
        operation = OPERATIONS.get(step, step)
        span = tracer.start_span(operation, start_time=at_ns, attributes={OPERATION: operation, STEP: step})
        model = answer.backends.get(MODEL_OF.get(operation, ""))
        if model:
            span.set_attribute(MODEL, model)
        at_ns += round(seconds * 1e9)
        span.end(at_ns)
