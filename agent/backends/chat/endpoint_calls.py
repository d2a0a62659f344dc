"""Calls to a model server that are under way together: waited for within a budget, and ended all at once."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import closing, contextmanager
from queue import Empty, SimpleQueue
from threading import Event
from typing import TypeVar
from urllib.parse import urlsplit

from agent.backends.budget import Budget
from agent.backends.chat.breaker import Breaker
from agent.backends.chat.endpoint_http import Connection, Patience, is_loopback
from agent.errors import ModelError, ServerFailed
from retrieval.once import once

AT_ONCE = 4  # requests of one batch under way together: a server batches them, a hosted one does not yet say 429

Row = TypeVar("Row")
Result = TypeVar("Result")


class ModelServer:
    """A model server, as all who ask it share it.

    Args:
        url: Of its interface, for example `http://127.0.0.1:8000/v1`.
        key_env: Environment variable that holds the key, if the server wants one.
        patience: How long it is waited for where nobody waits for the answer.
        breaker: Knows how the last calls ended.
    """

    def __init__(self, url: str, key_env: str, patience: Patience, breaker: Breaker | None = None) -> None:
        self.url = url.rstrip("/")
        self.breaker = breaker or Breaker(self.url)
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
        connection = Connection(self.url, self._key_env, self._patience, self._trust)
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
    """The results of all rows, in order, a few at once; the first failure ends it.

    Raises:
        ModelError: the server failed, or its time is up.
    """
    with server.calling(budget) as connection, _pool() as pool:
        calls = [pool.submit(_asked, ask, connection, row) for row in rows]
        open_calls = set(calls)
        while open_calls:
            done, open_calls = budget.wait(lambda seconds: wait_for(open_calls, seconds, FIRST_COMPLETED))  # noqa: B023
            if not done:
                raise budget.overrun(server.url)
            for call in done:
                call.result()  # raises what ended it
        return [call.result() for call in calls]


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

    with server.calling(budget) as connection, _pool() as pool:
        try:
            for number in range(len(rows)):
                pool.submit(run, connection, number).add_done_callback(queue.put)
            open_rows = len(rows)
            while open_rows:
                try:
                    arrival = budget.wait(lambda seconds: queue.get(timeout=seconds))
                except Empty:
                    raise budget.overrun(server.url) from None
                if isinstance(arrival, Future):
                    arrival.result()  # raises what ended the row
                    open_rows -= 1
                else:
                    yield arrival
        finally:
            unheard.set()


def _asked(ask: Callable[[Connection, Row], Result], connection: Connection, row: Row) -> Result:
    with connection.in_use():
        return ask(connection, row)


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="endpoint")
    try:
        yield pool
    finally:  # a failure is told at once: what is under way is ended, and not waited for
        pool.shutdown(wait=False, cancel_futures=True)


__all__ = ["ModelServer", "gather", "interleave"]
