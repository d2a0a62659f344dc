"""Turns of many callers in a few worker threads."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Generic, TypeVar

from agent.backends.budget import TERMS, TurnTerms
from ui.errors.refusals import Busy, NotReady, TurnTimeout
from ui.service.limits import Limits

T = TypeVar("T")
END = None
PLAIN_SHARE = 0.1  # of a turn's time, in which it ends without models what they did not do in the rest


class TurnPlace:
    """A place among the turns in work, which a turn leaves once: at its end, or when it waits for another machine.

    A turn does not come back to it: there is little to do behind such a wait, and it would stand last in the queue.
    """

    def __init__(self, places: threading.Semaphore) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._held = True
        places.acquire()

    def leave(self) -> None:
        """Let another turn have it."""
        with self._lock:
            if self._held:
                self._held = False
                self._places.release()


class PendingTurn(Generic[T]):
    """One turn: its work, and what it has made so far.

    Attributes:
        end: When it is given up.
        stop: Set when nobody waits for it any more; it ends at its next event.
        made: What it yielded, then `END`.
    """

    def __init__(self, turn_s: float) -> None:
        self.end = time.monotonic() + turn_s
        self.stop = threading.Event()
        self.made: queue.SimpleQueue[T | None] = queue.SimpleQueue()
        self.work: Future[None] = Future()


class Turns:
    """A few places for turns in work, more threads for those that wait elsewhere, and a queue that is not endless."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pool = ThreadPoolExecutor(limits.at_once + limits.elsewhere, thread_name_prefix="turn")
        self._places = threading.Semaphore(limits.at_once)
        self._lock = threading.Lock()
        self._pending: set[PendingTurn[Any]] = set()
        self._mean_s = 1.0
        self._closed = False

    @property
    def pending(self) -> int:
        """Turns in work or waiting."""
        return len(self._pending)

    @property
    def waiting(self) -> int:
        """Turns that have no place yet, or have left it to wait for another machine."""
        return max(0, self.pending - self._limits.at_once)

    def stream(self, make: Callable[[], Iterator[T]]) -> Iterator[T]:
        """What `make` yields in a worker thread.

        Raises:
            Busy: too many are waiting.
            NotReady: the server is stopping.
        """
        turn = PendingTurn[T](self._limits.turn_s)
        with self._lock:
            self._admit(turn)
            turn.work = self._pool.submit(copy_context().run, self._work, make, turn)
        return self._relay(turn)

    def close(self, within_s: float) -> None:
        """Take no more turns; those in work may end by themselves for `within_s` seconds, then are told to end."""
        with self._lock:
            self._closed = True
        self._pool.shutdown(wait=False)
        self.wait(within_s)
        self.cancel()

    def cancel(self) -> None:
        """Have every turn end: those in work at their next event."""
        for turn in list(self._pending):
            self._end(turn)

    def wait(self, within_s: float) -> bool:
        """Wait for the end of what is in work. Returns: whether all has ended."""
        end = time.monotonic() + within_s
        while self._pending and time.monotonic() < end:
            time.sleep(0.02)
        return not self._pending

    def _admit(self, turn: PendingTurn[Any]) -> None:
        if self._closed:
            raise stopping()
        if len(self._pending) >= self._limits.at_once + self._limits.waiting:
            wait = max(1, round(self._mean_s * self._limits.waiting / self._limits.at_once))
            raise Busy(
                f"{len(self._pending)} requests are being answered or waiting already.",
                f"Ask again in {wait} seconds.",
                wait,
            )
        self._pending.add(turn)

    def _work(self, make: Callable[[], Iterator[T]], turn: PendingTurn[T]) -> None:
        started, place = time.monotonic(), TurnPlace(self._places)
        TERMS.set(TurnTerms(turn.end - PLAIN_SHARE * self._limits.turn_s, place.leave))
        try:
            if turn.stop.is_set():
                return
            for event in make():
                if turn.stop.is_set():
                    return
                turn.made.put(event)
        finally:
            place.leave()
            with self._lock:
                self._pending.discard(turn)
                self._mean_s += (time.monotonic() - started - self._mean_s) / 8
            turn.made.put(END)

    def _relay(self, turn: PendingTurn[T]) -> Iterator[T]:
        try:
            while True:
                try:
                    event = turn.made.get(timeout=max(0.0, turn.end - time.monotonic()))
                except queue.Empty:
                    raise TurnTimeout(
                        f"The answer took longer than {self._limits.turn_s:.0f} seconds.",
                        "Ask for less, or again later.",
                    ) from None
                if event is END:
                    self._raise_failure(turn)
                    return
                yield event
        finally:
            self._end(turn)

    def _raise_failure(self, turn: PendingTurn[T]) -> None:
        if turn.stop.is_set():
            raise stopping()
        try:
            turn.work.result()
        except CancelledError:
            raise stopping() from None

    def _end(self, turn: PendingTurn[Any]) -> None:
        turn.stop.set()
        if turn.work.cancel():
            with self._lock:
                self._pending.discard(turn)
        turn.made.put(END)  # whoever reads it is told at once, however long its work goes on


def stopping() -> NotReady:
    """Why nothing more is answered."""
    return NotReady("The server is stopping.", "Ask again when it runs.")
