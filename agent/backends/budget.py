"""Budget: how long one turn waits for model servers, all that it asks of them together."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from agent.errors import ModelError, ServerFailed

T = TypeVar("T")
HINT = "Ask for less, or use a faster server."


@dataclass(frozen=True, slots=True)
class TurnTerms:
    """What a server that answers many people grants one turn.

    Attributes:
        answer_by: When the answer has to be whole, on the clock of `time.monotonic`.
        leave_place: Gives the turn's place among those in work to another: called when it begins to wait for another
            machine, perhaps several times.
    """

    answer_by: float = math.inf
    leave_place: Callable[[], None] = lambda: None


TERMS: ContextVar[TurnTerms] = ContextVar("turn_terms", default=TurnTerms())  # noqa: B039 - it holds nothing mutable


class OutOfTime(ServerFailed):
    """A turn does not wait for a server any longer."""


class Budget:
    """What one turn may still wait. Without arguments a turn waits as long as it takes.

    Args:
        silence_s: Without a sign from the server: before the first word of an answer, and between two.
        whole_s: All waits of the turn together.
    """

    def __init__(self, silence_s: float = math.inf, whole_s: float = math.inf) -> None:
        self._silence_s = silence_s
        self._whole_s = self._left_s = whole_s
        self._terms = TERMS.get()
        self._failure: ServerFailed | None = None

    def wait(self, get: Callable[[float | None], T]) -> T:
        """What `get` gives, which is told how many seconds it may wait, or None for as long as it takes."""
        self._terms.leave_place()
        started = time.monotonic()
        try:
            return get(None if math.isinf(patience_s := self.patience_s) else patience_s)
        finally:
            self._left_s -= time.monotonic() - started

    def overrun(self, server: str) -> OutOfTime:
        """Why a server is not waited for any longer."""
        if min(self._left_s, self._terms.answer_by - time.monotonic()) > 0:
            return OutOfTime(f"The model server {server} sent nothing for {self._silence_s:.3g} s.", HINT)
        waited = "within the time of the turn" if self._left_s > 0 else f"after {self._whole_s:.3g} s"
        return OutOfTime(f"The model server {server} was not done {waited}.", HINT)

    def give_up(self, failure: ServerFailed) -> None:
        """Wait for no server any more in this turn: what let it down once does so again."""
        self._failure = failure

    def check(self) -> None:
        """Make sure that there is something left to ask a model with.

        Raises:
            ModelError: a server has failed this turn already, or the turn's own time is up.
        """
        if self._failure is not None:
            raise ServerFailed(self._failure.what, self._failure.hint)
        if time.monotonic() > self._terms.answer_by:
            raise ModelError("The time of the turn is used up.", "Ask for less, or use a faster model.")

    @property
    def patience_s(self) -> float:
        """How many seconds are waited for the next sign; infinite where it may take as long as it does."""
        return max(0.0, min(self._silence_s, self._left_s, self._terms.answer_by - time.monotonic()))


__all__ = ["TERMS", "Budget", "OutOfTime", "TurnTerms"]
