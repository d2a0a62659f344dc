"""Steps that tell of themselves, as a stream: the work and its caller take turns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar

import pytest

from agent.answers import Answer, Request
from agent.errors import ModelError
from agent.language.messages import Note
from agent.pipeline.events import events_of, final_answer
from agent.pipeline.journal import Journal

ANSWER = Answer(Request("boats", "boats", "en"), ())


def telling(steps: list[str], then: Callable[[], Answer] = lambda: ANSWER) -> Callable[[Journal], Answer]:
    """Work that tells twice, and writes down how far it has come."""

    def work(journal: Journal) -> Answer:
        for step in ("first", "second"):
            steps.append(step)
            journal.status(Note("listening"), "en")
        steps.append("end")
        return then()

    return work


def test_the_last_event_carries_the_answer() -> None:
    events = list(events_of(telling([])))
    assert [event.kind for event in events] == ["status", "status", "final"]
    assert events[-1].answer is ANSWER
    assert final_answer(iter(events)) is ANSWER


def test_nothing_is_done_before_it_is_asked_for() -> None:
    steps: list[str] = []
    events = events_of(telling(steps))
    assert steps == []
    next(events)
    assert steps == ["first"]
    next(events)
    assert steps == ["first", "second"]


def test_a_stream_that_is_closed_ends_its_work_where_it_stands() -> None:
    steps: list[str] = []
    before = threading.active_count()
    events = events_of(telling(steps))
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert steps == ["first"]
    assert threading.active_count() == before


def test_a_stream_that_nobody_draws_from_costs_nothing() -> None:
    before = threading.active_count()
    events_of(telling([]))
    assert threading.active_count() == before


def test_what_goes_wrong_in_the_work_is_raised_where_it_is_awaited() -> None:
    def fail() -> Answer:
        raise ModelError("The model is gone.", "Load it again.")

    events = events_of(telling([], fail))
    assert [next(events).kind, next(events).kind] == ["status", "status"]
    with pytest.raises(ModelError, match="gone"):
        next(events)


def test_the_work_sees_the_context_of_its_caller() -> None:
    setting: ContextVar[str] = ContextVar("setting", default="nobody's")
    seen: list[str] = []

    def look() -> Answer:
        seen.append(setting.get())
        return ANSWER

    setting.set("the caller's")
    list(events_of(telling([], look)))
    assert seen == ["the caller's"]


def test_two_streams_may_be_drawn_from_by_turns() -> None:
    streams = [events_of(telling([])) for _ in range(2)]
    drawn = [next(stream).kind for _ in range(3) for stream in streams]
    assert drawn == ["status", "status", "status", "status", "final", "final"]


def test_a_stream_may_be_drawn_from_by_several_threads_in_turn() -> None:
    events = events_of(telling([]))
    kinds: list[str] = []
    for _ in range(3):
        thread = threading.Thread(target=lambda: kinds.append(next(events).kind))
        thread.start()
        thread.join()
    assert kinds == ["status", "status", "final"]


def test_a_stream_without_an_answer_says_so() -> None:
    events = list(events_of(telling([])))
    with pytest.raises(ModelError, match="without an answer"):
        final_answer(iter(events[:1]))
