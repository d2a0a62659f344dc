"""How long a turn waits for model servers: without a sign, altogether, and no longer than it is waited for itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

import pytest

from agent.backends.budget import TERMS, Budget, TurnTerms
from agent.errors import ModelError, ServerFailed


def patience_of(budget: Budget) -> float | None:
    return budget.wait(lambda seconds: seconds)


def sleeping(seconds: float) -> Callable[[float | None], None]:
    return lambda _: time.sleep(seconds)


def test_without_limits_a_turn_waits_as_long_as_it_takes() -> None:
    budget = Budget()
    budget.check()
    assert patience_of(budget) is None


def test_no_single_wait_is_longer_than_a_silence_may_be() -> None:
    assert patience_of(Budget(silence_s=3.0, whole_s=60.0)) == 3.0


def test_all_waits_together_are_no_longer_than_the_whole() -> None:
    budget = Budget(silence_s=3.0, whole_s=0.05)
    budget.wait(sleeping(0.1))
    assert patience_of(budget) == 0.0
    assert budget.overrun("http://here").what == "The model server http://here was not done after 0.05 s."


def test_a_silence_is_told_as_one() -> None:
    budget, nothing = Budget(silence_s=0.01, whole_s=60.0), SimpleQueue[None]()
    with pytest.raises(Empty):
        budget.wait(lambda seconds: nothing.get(timeout=seconds))
    assert budget.overrun("http://here").what == "The model server http://here sent nothing for 0.01 s."


def test_a_turn_waits_no_longer_than_it_is_waited_for_and_leaves_its_place_meanwhile() -> None:
    left: list[bool] = []
    before = TERMS.set(TurnTerms(time.monotonic() - 1.0, lambda: left.append(True)))
    budget = Budget(silence_s=3.0, whole_s=60.0)
    TERMS.reset(before)
    assert patience_of(budget) == 0.0
    assert left == [True]
    assert "within the time of the turn" in budget.overrun("http://here").what
    with pytest.raises(ModelError, match="time of the turn is used up"):
        budget.check()


def test_what_let_a_turn_down_is_not_asked_again_in_it() -> None:
    budget = Budget(silence_s=3.0, whole_s=60.0)
    budget.give_up(ServerFailed("It is silent.", "Wake it."))
    with pytest.raises(ServerFailed, match="It is silent"):
        budget.check()
