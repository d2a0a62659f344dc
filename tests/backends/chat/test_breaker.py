"""A server that failed several times in a row: left alone for a while, then tried once."""

from __future__ import annotations

import pytest

from agent.backends.chat.breaker import Breaker
from agent.errors import ServerFailed


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("http://here", failures=3, rest_s=60.0, clock=clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.enter()
        breaker.fail("It sent nothing for 15 s.")


def refused(breaker: Breaker) -> ServerFailed:
    with pytest.raises(ServerFailed) as caught:
        breaker.enter()
    return caught.value


def test_single_failures_are_nothing_to_speak_of(breaker: Breaker) -> None:
    for _ in range(5):
        fail(breaker, 2)
        breaker.enter()
        breaker.succeed()
    assert breaker.standing == ""


def test_after_enough_in_a_row_it_is_left_alone_and_that_is_said(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 20
    assert breaker.standing == "The model server http://here failed 3 times in a row, and is left alone for 40 s more."
    error = refused(breaker)
    assert error.what == breaker.standing
    assert "It sent nothing for 15 s." in error.hint


def test_then_it_is_tried_by_one_alone(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 60
    assert breaker.standing.endswith("is tried again by the next who needs it.")
    breaker.enter()
    assert refused(breaker)
    breaker.succeed()
    breaker.enter()
    breaker.enter()
    assert breaker.standing == ""


def test_a_trial_that_fails_is_one_failure_more(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 60
    fail(breaker, 1)
    assert "failed 4 times in a row, and is left alone for 60 s more" in refused(breaker).what


def test_a_trial_that_is_given_up_leaves_it_to_the_next(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 60
    breaker.enter()
    breaker.leave()
    breaker.enter()
