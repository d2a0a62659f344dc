"""Breaker: a server that failed several times in a row is left alone for a while, then tried once.

Source: M. Nygard, Release It!, 2nd ed., 2018, "Circuit Breaker".
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from agent.errors import ServerFailed

FAILURES = 3  # in a row: a single one may be chance, and each costs somebody a wait
REST_S = 60.0


class Breaker:
    """Counts how calls to one server end, and refuses those that would end like the last ones.

    Args:
        server: Its address, for messages.
        failures: How many in a row until it is left alone.
        rest_s: Seconds until it is tried again.
        clock: Seconds, from anywhere on.
    """

    def __init__(
        self,
        server: str,
        failures: int = FAILURES,
        rest_s: float = REST_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server = server
        self._limit = failures
        self._rest_s = rest_s
        self._clock = clock
        self._lock = threading.Lock()
        self._n_failures = 0
        self._retry_at = 0.0
        self._tried = False
        self._why = ""

    @property
    def standing(self) -> str:
        """How the server stands, in words for a person; empty where nothing is wrong with it."""
        with self._lock:
            return self._standing()

    def enter(self) -> None:
        """Begin to ask. Exactly one of `succeed`, `fail` and `leave` is to follow.

        Raises:
            ServerFailed: the server is left alone.
        """
        with self._lock:
            if not self._is_open():
                return
            if self._tried or self._clock() < self._retry_at:
                raise ServerFailed(self._standing(), f"Look after it; what it said last: {self._why}")
            self._tried = True

    def succeed(self) -> None:
        """The server answered."""
        with self._lock:
            self._n_failures, self._tried = 0, False

    def fail(self, why: str) -> None:
        """The server let somebody down."""
        with self._lock:
            self._n_failures += 1
            self._tried, self._why = False, why
            self._retry_at = self._clock() + self._rest_s

    def leave(self) -> None:
        """Whoever asked went away before it was known how the server does."""
        with self._lock:
            self._tried = False

    def _is_open(self) -> bool:
        return self._n_failures >= self._limit

    def _standing(self) -> str:
        if not self._is_open():
            return ""
        failed = f"The model server {self._server} failed {self._n_failures} times in a row"
        left_s = self._retry_at - self._clock()
        if self._tried or left_s <= 0:
            return f"{failed}, and is tried again by the next who needs it."
        return f"{failed}, and is left alone for {left_s:.0f} s more."


__all__ = ["FAILURES", "REST_S", "Breaker"]
