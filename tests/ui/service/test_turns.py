"""Turns of many callers in a few threads: their number, their time, their end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from agent.backends.budget import Budget
from agent.errors import ModelError
from ui.errors.refusals import Busy, JobRunning, NotReady, TurnTimeout
from ui.service.jobs import Jobs, Report
from ui.service.limits import Limits
from ui.service.turns import Turns

LIMITS = Limits(at_once=2, waiting=1, turn_s=30.0)


def held(gate: threading.Event) -> Iterator[str]:
    yield "began"
    gate.wait(20)
    yield "ended"


def elsewhere(gate: threading.Event) -> Iterator[str]:
    """A turn that waits for another machine, as `agent.backends.budget` has it do."""
    yield "began"
    Budget().wait(lambda _: gate.wait(20))
    yield "ended"


def test_turns_that_wait_for_another_machine_leave_their_places_to_others() -> None:
    turns, gate = Turns(replace(LIMITS, waiting=4, elsewhere=4)), threading.Event()
    waiting = [turns.stream(lambda: elsewhere(gate)) for _ in range(4)]
    assert [next(stream) for stream in waiting] == ["began"] * 4
    assert list(turns.stream(lambda: iter("abc"))) == ["a", "b", "c"]
    gate.set()
    assert [list(stream) for stream in waiting] == [["ended"]] * 4
    streams = [turns.stream(lambda: held(gate)) for _ in range(2)]  # no place was given back twice, and none is lost
    assert [list(stream) for stream in streams] == [["began", "ended"]] * 2
    turns.close(1)


def test_turns_in_work_are_never_more_than_the_places_there_are() -> None:
    turns, gate = Turns(replace(LIMITS, elsewhere=4)), threading.Event()
    began: list[int] = []

    def work(number: int) -> Iterator[str]:
        began.append(number)
        yield from held(gate)

    streams = [turns.stream(lambda number=number: work(number)) for number in range(3)]  # type: ignore[misc]
    assert [next(stream) for stream in streams[:2]] == ["began"] * 2
    assert began == [0, 1]
    gate.set()
    assert [list(stream)[-1] for stream in streams] == ["ended"] * 3
    turns.close(1)


def test_a_turn_knows_by_when_its_answer_has_to_be_whole() -> None:
    turns = Turns(replace(LIMITS, turn_s=0.0))

    def late() -> Iterator[str]:
        Budget().check()
        yield "never"

    stream = turns.stream(late)
    assert turns.wait(20)
    with pytest.raises((ModelError, TurnTimeout)):
        next(stream)
    turns.close(1)


def test_turns_run_side_by_side_and_a_slow_reader_holds_up_nobody() -> None:
    turns = Turns(LIMITS)
    slow = turns.stream(lambda: iter(range(1000)))
    assert next(slow) == 0
    assert [list(turns.stream(lambda: iter("abc"))) for _ in range(5)] == [["a", "b", "c"]] * 5
    assert list(slow) == list(range(1, 1000))
    turns.close(1)


def test_beyond_its_places_a_server_says_when_to_come_again() -> None:
    turns, gate = Turns(LIMITS), threading.Event()
    streams = [turns.stream(lambda: held(gate)) for _ in range(3)]
    assert (turns.pending, turns.waiting) == (3, 1)
    with pytest.raises(Busy) as refused:
        turns.stream(lambda: held(gate))
    assert refused.value.retry_after_s >= 1
    gate.set()
    assert [list(stream) for stream in streams] == [["began", "ended"]] * 3
    assert turns.pending == 0
    turns.close(1)


def test_a_turn_that_takes_too_long_is_given_up() -> None:
    turns, gate = Turns(replace(LIMITS, turn_s=0.05)), threading.Event()
    stream = turns.stream(lambda: held(gate))
    assert next(stream) == "began"
    with pytest.raises(TurnTimeout):
        next(stream)
    gate.set()
    assert turns.wait(10)
    turns.close(1)


def test_a_turn_ends_at_its_next_event_once_nobody_reads_it() -> None:
    turns, gate, ended = Turns(LIMITS), threading.Event(), threading.Event()

    def work() -> Iterator[int]:
        try:
            while True:
                yield 1
                gate.wait(20)
        finally:
            ended.set()

    stream = turns.stream(work)
    next(stream)
    stream.close()
    gate.set()
    assert ended.wait(10)
    turns.close(1)


def test_an_error_reaches_the_reader() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    turns = Turns(LIMITS)
    stream = turns.stream(broken)
    assert next(stream) == 1
    with pytest.raises(ValueError, match="broken"):
        next(stream)
    turns.close(1)


def test_at_the_end_readers_are_told_whether_their_turn_was_in_work_or_waiting() -> None:
    turns, gate = Turns(LIMITS), threading.Event()
    streams = [turns.stream(lambda: held(gate)) for _ in range(3)]
    assert [next(stream) for stream in streams[:2]] == ["began"] * 2
    turns.close(0.05)  # comes back, though the gate is never opened
    with pytest.raises(NotReady):
        next(streams[2])
    gate.set()
    for stream in streams[:2]:
        with pytest.raises(NotReady):
            list(stream)
    with pytest.raises(NotReady):
        turns.stream(lambda: iter("abc"))
    assert turns.wait(10)


def test_one_job_runs_at_a_time_tells_how_far_it_is_and_can_be_stopped() -> None:
    jobs, gate = Jobs(), threading.Event()

    def work(report: Report) -> None:
        report("counting", 1, 4)
        gate.wait(20)
        report("counting", 2, 4)

    job = jobs.start("ingest", work)
    with pytest.raises(JobRunning):
        jobs.start("tuning", work)
    jobs.cancel()
    gate.set()
    state = job.wait(10)
    assert (state.phase, state.stage, state.done, state.total) == ("stopped", "counting", 1, 4)
    assert jobs.wait(1)


def test_a_failed_job_says_why_but_not_in_the_words_of_an_unforeseen_error() -> None:
    def broken(_: Report) -> None:
        raise ValueError("what somebody wrote")

    state = Jobs().start("ingest", broken).wait(10)
    assert state.phase == "failed"
    assert "ValueError" in state.what
    assert "somebody" not in state.what + state.hint
    assert state.left_s is None
