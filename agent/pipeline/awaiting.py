"""Calls and streams awaited: the work is done in a thread, so that the event loop of whoever awaits it goes on."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from functools import partial
from itertools import islice
from typing import TypeVar

from anyio import to_thread

from agent.answers import Answer, Event
from agent.errors import ModelError

T = TypeVar("T")


class Unwanted(Exception):
    """Ends a call that nobody waits for any more."""


async def awaited(call: Callable[[], T]) -> T:
    """What a call gives; who is cancelled waits no longer, and the call goes on to its end without them."""
    return await to_thread.run_sync(call, abandon_on_cancel=True)


async def stoppable(call: Callable[[Callable[[], None]], T]) -> T:
    """What a long call gives; where who waits for it is cancelled, it ends too.

    Args:
        call: Given what it has to call now and then; that raises once nobody waits any more.
    """
    left = threading.Event()

    def look() -> None:
        if left.is_set():
            raise Unwanted

    try:
        return await to_thread.run_sync(partial(call, look), abandon_on_cancel=True)
    finally:
        left.set()


async def drawn(steps: Iterator[T]) -> AsyncGenerator[T, None]:
    """The steps of a stream, each made in a thread; where it is left or cancelled, it ends at the step it stands at."""
    turn = threading.Lock()  # a step may be in work when the stream is left: it is closed behind that

    def step() -> Sequence[T]:
        with turn:
            return list(islice(steps, 1))

    def close() -> None:
        with turn:
            getattr(steps, "close", _nothing)()

    ended = False
    try:
        while not ended:
            made = await to_thread.run_sync(step, abandon_on_cancel=True)
            ended = not made
            for value in made:
                yield value
    finally:
        if not ended:
            threading.Thread(target=close, name="end of a stream", daemon=True).start()


async def final_of(events: AsyncGenerator[Event, None]) -> Answer:
    """The answer that a stream of events ends with."""
    answer = None
    async with aclosing(events):
        async for event in events:
            answer = event.answer
    if answer is None:
        raise ModelError("The request ended without an answer.", "Ask again.")
    return answer


def _nothing() -> None:
    """Stands for the end of a stream that has none."""


__all__ = ["awaited", "drawn", "final_of", "stoppable"]
