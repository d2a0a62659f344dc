"""Calls to a model server that are under way together: waited for within a budget, and ended all at once."""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Event
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from agent.backends.budget import Budget
from agent.backends.chat.breaker import Breaker
from agent.backends.chat.endpoint_errors import Overloaded
from agent.backends.chat.endpoint_http import Connection, Patience, is_loopback
from agent.backends.chat.flow import MOST, Flow
from agent.errors import ModelError, ServerFailed
from retrieval.once import once

Row = TypeVar("Row")
Result = TypeVar("Result")


class ModelServer:
    """A model server, as all who ask it share it.

    Args:
        url: Of its interface, for example `http://127.0.0.1:8000/v1`.
        key_env: Environment variable that holds the key, if the server wants one.
        patience: How long it is waited for where nobody waits for the answer.
        breaker: Knows how the last calls ended.
        flow: Knows how many requests it bears at once.
    """

    def __init__(
        self,
        url: str,
        key_env: str,
        patience: Patience,
        breaker: Breaker | None = None,
        flow: Flow | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.breaker = breaker or Breaker(self.url)
        self.flow = flow or Flow()
        self._key_env = key_env
        self._patience = patience

    @contextmanager
    def calling(self, budget: Budget) -> Iterator[Connection]:
        """A connection for calls that belong together; when the block ends, so do all of them.

        Raises:
            ModelError: the server is left alone for now, or there is nothing left to ask it with.
        """
        budget.check()
        self.breaker.enter()
        # A wait that nobody would see the end of is not begun.
        patience = replace(self._patience, longest_wait_s=min(self._patience.longest_wait_s, budget.patience_s))
        connection = Connection(self.url, self._key_env, patience, self._trust, self.flow.strain)
        try:
            with connection.in_use():
                yield connection
        except ServerFailed as error:
            self.breaker.fail(error.what)
            budget.give_up(error)
            raise
        except ModelError:  # it does not do what was asked, and says so: it is there
            self.breaker.succeed()
            raise
        except GeneratorExit:  # nobody reads on: often since what came was enough
            self.breaker.succeed() if connection.answered else self.breaker.leave()
            raise
        except BaseException:
            self.breaker.leave()
            raise
        else:
            self.breaker.succeed()
        finally:
            connection.end()

    @once
    def _trust(self) -> ssl.SSLContext:
        """Which certificates are believed; to read them takes longer than most calls."""
        import httpx

        return httpx.create_ssl_context(trust_env=not is_loopback(urlsplit(self.url).hostname or ""))


def gather(
    server: ModelServer, budget: Budget, ask: Callable[[Connection, Row], Result], rows: Sequence[Row]
) -> list[Result]:
    """The results of all rows, in order, as many at once as the server bears; the first failure ends it.

    Raises:
        ModelError: the server failed, or its time is up.
    """
    results: dict[int, Result] = {}

    def call(connection: Connection, number: int) -> Result:
        with connection.in_use():
            return ask(connection, rows[number])

    with server.calling(budget) as connection, _pool() as pool:
        calls = _Calls[Result](server.flow, len(rows), lambda number: pool.submit(call, connection, number))
        while calls.open:
            done, _ = budget.wait(lambda seconds: wait_for(calls.open, seconds, FIRST_COMPLETED))
            if not done:
                raise budget.overrun(server.url)
            for ended in done:
                number, again = calls.end(ended)
                if not again:
                    results[number] = ended.result()  # raises what ended it
    return [results[number] for number in range(len(rows))]


def interleave(
    server: ModelServer,
    budget: Budget,
    pieces: Callable[[Connection, Row], Generator[str, None, None]],
    rows: Sequence[Row],
) -> Iterator[tuple[int, str]]:
    """The pieces of all rows as they come, a few rows at once; stops asking when nobody reads on.

    Raises:
        ModelError: the server failed, or its time is up; what came before it has been given out.
    """
    queue: SimpleQueue[tuple[int, str] | Future[None]] = SimpleQueue()
    unheard = Event()

    def run(connection: Connection, number: int) -> None:
        with connection.in_use(), closing(pieces(connection, rows[number])) as row_pieces:
            for piece in row_pieces:
                if unheard.is_set():
                    return
                queue.put((number, piece))

    def begin(connection: Connection, number: int, pool: ThreadPoolExecutor) -> Future[None]:
        call = pool.submit(run, connection, number)
        call.add_done_callback(queue.put)
        return call

    heard: frozenset[int] = frozenset()
    with server.calling(budget) as connection, _pool() as pool:
        try:
            calls = _Calls[None](server.flow, len(rows), lambda number: begin(connection, number, pool))
            while calls.open:
                try:
                    arrival = budget.wait(lambda seconds: queue.get(timeout=seconds))
                except Empty:
                    raise budget.overrun(server.url) from None
                if isinstance(arrival, Future):
                    _, again = calls.end(arrival, heard)
                    if not again:
                        arrival.result()  # raises what ended the row
                else:
                    heard |= {arrival[0]}
                    yield arrival
        finally:
            unheard.set()


@dataclass(frozen=True, slots=True)
class _Call:
    """A row that is under way.

    Attributes:
        number: Of the row.
        began_s: When it was sent.
        n_answered: How many rows had been answered by then.
    """

    number: int
    began_s: float
    n_answered: int


class _Calls(Generic[Result]):
    """The rows of a batch: as many of them are under way as the server bears."""

    def __init__(self, flow: Flow, n_rows: int, begin: Callable[[int], Future[Result]]) -> None:
        self._flow, self._begin = flow, begin
        self._pace = flow.pace()
        self._waiting = deque(range(n_rows))
        self._n_answered = 0
        self.open: dict[Future[Result], _Call] = {}
        self._fill()

    def end(self, ended: Future[Result], heard: frozenset[int] = frozenset()) -> tuple[int, bool]:
        """Take a row that has ended. Returns: its number, and whether it is asked again later.

        A row that the server had no room for is: if it answered another one since, and gave out nothing of this one.
        """
        call = self.open.pop(ended)
        error = ended.exception()
        again = isinstance(error, Overloaded) and self._n_answered > call.n_answered and call.number not in heard
        if again:
            self._waiting.append(call.number)
        elif error is None:
            self._n_answered += 1
            if self._waiting:
                self._pace.answered(self._flow.clock() - call.began_s)
            else:
                self._flow.answer()
        if again or error is None:
            self._fill()
        return call.number, again

    def _fill(self) -> None:
        while self._waiting and len(self.open) < self._flow.limit:
            number = self._waiting.popleft()
            self.open[self._begin(number)] = _Call(number, self._flow.clock(), self._n_answered)


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(MOST, thread_name_prefix="endpoint")
    try:
        yield pool
    finally:  # a failure is told at once: what is under way is ended, and not waited for
        pool.shutdown(wait=False, cancel_futures=True)


__all__ = ["ModelServer", "gather", "interleave"]
