"""Events of an answer that is being made, and what they end with."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from agent.answers import Answer, Event
from agent.errors import ModelError
from agent.explain.selection import Found

Paths = Sequence[str | Path]


def final_answer(events: Iterator[Event]) -> Answer:
    """The answer that a stream of events ends with."""
    *_, last = events
    if last.answer is None:
        raise ModelError("The request ended without an answer.", "Ask again.")
    return last.answer


def end_of(steps: Generator[Event, None, Found]) -> Found:
    """What steps come to, when nobody looks at them on the way."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Found = end.value
            return found
