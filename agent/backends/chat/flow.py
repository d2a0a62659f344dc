"""Flow: how many requests a model server bears at once, found out while it answers.

More at once are tried as long as they bring more answers a second, and each has not to wait too long for its own; a
server that says it is busy, or leaves requests waiting, gets half as many.

Source: the additive-increase, multiplicative-decrease rule of D.-M. Chiu and R. Jain, Computer Networks and ISDN
Systems 17, 1989; here the increase doubles, and is taken back where throughput does not follow.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

AT_FIRST = 4  # a server batches them, a hosted one does not yet say 429
MOST = 64
GAIN = 1.2  # more answers a second that make twice as many requests at once worth it
LONGEST_S = 30.0  # of an answer, on average: a server that makes requests queue would let twice as many wait too long


class Flow:
    """How many requests are under way together, of all who ask one server.

    Attributes:
        limit: Requests at once that the server bears.
        n_strains: How often it was too many.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.limit = AT_FIRST
        self.n_strains = 0
        self._lock = threading.Lock()
        self._answered = True

    def strain(self) -> None:
        """The server was asked for too much; what it says of requests sent before it answered one is the same word."""
        with self._lock:
            if self._answered:
                self.limit, self.n_strains, self._answered = max(1, self.limit // 2), self.n_strains + 1, False

    def answer(self) -> None:
        """The server answered."""
        with self._lock:
            self._answered = True

    def pace(self) -> Pace:
        """For the requests of one batch, which take about as long as one another."""
        return Pace(self)


class Pace:
    """Tries, with the requests of one batch, whether the server bears more at once."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._best = 0.0
        self._before = flow.limit
        self._settled = False
        self._begin()

    def answered(self, seconds: float) -> None:
        """One more was answered, and others wait to be asked.

        Args:
            seconds: From when it was sent.
        """
        self._flow.answer()
        self._n_answers += 1
        self._seconds += seconds
        if self._n_answers < self._flow.limit:
            return
        if self._flow.n_strains != self._n_strains:
            self._best = 0.0  # begins anew, from where the server could bear it
        elif not self._settled and self._seconds <= LONGEST_S * self._n_answers:
            self._try_more(self._n_answers / max(self._flow.clock() - self._began, 1e-9))
        self._begin()

    def _try_more(self, rate: float) -> None:
        if rate > GAIN * self._best:
            self._best, self._before = rate, self._flow.limit
            self._flow.limit = min(MOST, 2 * self._flow.limit)
        else:
            self._flow.limit, self._settled = self._before, True

    def _begin(self) -> None:
        """Look at the next answers, as many as are under way together."""
        self._n_answers, self._seconds = 0, 0.0
        self._n_strains, self._began = self._flow.n_strains, self._flow.clock()


__all__ = ["AT_FIRST", "MOST", "Flow", "Pace"]
