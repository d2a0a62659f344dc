"""Work that is awaited: done in a thread, and ended where nobody waits for it any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from agent.answers import Answer, Event, Request
from agent.errors import ModelError
from agent.pipeline.awaiting import awaited, drawn, final_of, stoppable
from tests.support.patience import PATIENCE_S


async def letting_go(task: asyncio.Task[object], of: threading.Event) -> None:
    """Cancel a task once its work has begun."""
    while not of.is_set():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_call_is_made_in_another_thread_and_gives_what_it_gives() -> None:
    assert asyncio.run(awaited(threading.get_ident)) != threading.get_ident()
    with pytest.raises(ZeroDivisionError):
        asyncio.run(awaited(lambda: 1 // 0))


def test_a_stream_ends_and_may_end_at_once() -> None:
    async def of(steps: list[int]) -> list[int]:
        return [step async for step in drawn(iter(steps))]

    assert asyncio.run(of([1, 2, 3])) == [1, 2, 3]
    assert asyncio.run(of([])) == []


def test_a_stream_that_is_cancelled_is_closed_once_its_step_is_done() -> None:
    began, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def steps() -> Iterator[int]:
        try:
            began.set()
            go_on.wait(PATIENCE_S)
            yield 1
            raise AssertionError("it went on")
        finally:
            closed.set()

    async def first() -> None:
        await letting_go(asyncio.ensure_future(anext(drawn(steps()))), began)  # type: ignore[arg-type]
        assert not closed.is_set()

    asyncio.run(first())
    go_on.set()
    assert closed.wait(PATIENCE_S)


def test_a_long_call_learns_that_nobody_waits_for_it() -> None:
    began, go_on, ended = threading.Event(), threading.Event(), list[str]()

    def work(look: Callable[[], None]) -> str:
        look()
        began.set()
        go_on.wait(PATIENCE_S)
        try:
            look()
        finally:
            ended.append("ended")
        return "went on"

    async def left() -> None:
        await letting_go(asyncio.ensure_future(stoppable(work)), began)  # type: ignore[arg-type]
        go_on.set()
        while not ended:
            await asyncio.sleep(0.01)

    asyncio.run(left())
    assert asyncio.run(stoppable(lambda look: "done")) == "done"


def test_the_answer_of_a_stream_is_its_last_events() -> None:
    answer = Answer(Request("a lamp", "a lamp", "en"), ())
    assert asyncio.run(final_of(drawn(iter([Event("status", 0.0), Event("final", 0.1, answer=answer)])))) is answer
    with pytest.raises(ModelError, match="without an answer"):
        asyncio.run(final_of(drawn(iter([Event("status", 0.0)]))))
