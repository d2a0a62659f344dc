"""Turns of journeys: only what is written is asserted, and amounts are compared as they say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from agent.evaluate.check.journey import JourneyTurn, meets


def test_only_what_is_written_is_asserted_and_none_is_something_written() -> None:
    assert JourneyTurn(say="boots").asserted == ()
    assert JourneyTurn.model_validate({"say": "boots", "kind": None, "must": [], "act": "request"}).asserted == (
        "act",
        "kind",
        "must",
    )


def test_a_single_act_may_stand_without_brackets_and_an_id_may_be_a_number() -> None:
    turn = JourneyTurn.model_validate({"say": "boots", "act": "request", "shows": ["new", "same"], "ids": [12, "a"]})
    assert (turn.act, turn.shows, turn.ids) == (("request",), ("new", "same"), ("12", "a"))


@pytest.mark.parametrize(
    ("amount", "value", "right"),
    [
        ("<=400", 400, True),
        ("<400", 400, False),
        (">= 0.5", 0.5, True),
        (">0.5", 0.5, False),
        ("=328", 328, True),
        ("=328", 329, False),
    ],
)
def test_an_amount_says_how_a_number_must_be(amount: str, value: float, right: bool) -> None:
    assert meets(value, amount) is right


@pytest.mark.parametrize(
    "written",
    [
        {"acts": "request"},
        {"act": "buy"},
        {"act": []},
        {"act": None},
        {"shows": "less"},
        {"order": "price"},
        {"total": "400"},
        {"fit": {"first": "high"}},
        {"fit": {"second": ">0.5"}},
        {"refers": ["second"]},
    ],
)
def test_what_would_assert_nothing_is_no_expectation(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        JourneyTurn.model_validate({"say": "boots", **written})
