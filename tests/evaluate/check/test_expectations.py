"""Expectations, each against an answer of a real shop: what holds, and what came where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from agent.dialogue.conversation import Conversation
from agent.evaluate.check import checking
from agent.evaluate.check.expectations import expected, wrong
from agent.evaluate.check.journey import JourneyTurn
from agent.evaluate.check.turn_outcome import TurnOutcome
from agent.recommender import RecommendationAgent


@pytest.fixture(scope="module")
def outcomes(outdoor_shop: RecommendationAgent) -> dict[str, TurnOutcome]:
    journeys = {
        "list": ("the cheapest jackets under 130 that are not red",),
        "question": ("the cheapest jackets", "how much is the second one?"),
        "set": ("a tent and a sleeping bag together under 200",),
        "count": ("how many tents are there?",),
        "nothing": ("asdf qwer zxcv",),
    }
    outcomes = {}
    for name, said in journeys.items():
        talk = Conversation.passing(outdoor_shop)
        for say in said:
            outcome = checking._outcome(outdoor_shop, talk, JourneyTurn(say=say))
        outcomes[name] = outcome
    return outcomes


@pytest.mark.parametrize(
    ("name", "right", "false"),
    [
        ("list", {"kind": "jacket"}, {"kind": "boot"}),
        ("list", {"kind": "Jackets"}, {"kind": None}),
        ("list", {"must": ["price < 130", "colour!=red"]}, {"must": ["price<=130"], "denied": ["red"]}),
        ("list", {"must": ["price<130"], "denied": ["red"]}, {"must": []}),
        ("list", {"denied": ["red"]}, {"denied": []}),
        ("list", {"denied": ["Red"]}, {"denied": ["red", "blue"]}),
        ("list", {"order": "price asc"}, {"order": None}),
        ("list", {"shows": ["same", "new"]}, {"shows": ["same", "groups"]}),
        ("list", {"ids": ["jacket-6", "jacket-4"]}, {"ids": ["jacket-4", "jacket-6"]}),
        ("list", {"has": ["jacket-4"]}, {"has": ["jacket-4", "jacket-5"]}),
        ("list", {"lacks": ["jacket-1"]}, {"lacks": ["jacket-1", "jacket-6"]}),
        ("list", {"every": ["price<130", "category=Jackets"]}, {"every": ["price<50"]}),
        ("list", {"holds_none": ["red"]}, {"holds_none": ["fleece jacket"]}),
        ("list", {"nothing": False}, {"nothing": True}),
        ("list", {"groups": [], "total": None}, {"groups": ["jacket"]}),
        ("question", {"act": ["ask_item", "request"]}, {"act": "request"}),
        ("question", {"refers": [2]}, {"refers": [1, 2]}),
        ("question", {"answers": 60}, {"answers": 45}),
        ("question", {"answers": 60, "refers": [2]}, {"answers": "price"}),
        ("question", {"shows": "same"}, {"shows": "others"}),
        ("set", {"groups": ["tent", "sleeping bag"]}, {"groups": ["tent"]}),
        ("set", {"total": "<=200"}, {"total": "<100"}),
        ("set", {"shows": "groups"}, {"total": None}),
        ("count", {"counts": 5}, {"counts": 4}),
        ("nothing", {"shows": "ask", "wishes": []}, {"wishes": ["tents"]}),
        ("nothing", {"kind": None}, {"kind": "tent"}),
        ("nothing", {"lacks": ["tent-1"]}, {"every": ["price<500"]}),
        ("nothing", {"fit": None}, {"fit": {"first": ">=0"}}),
    ],
)
def test_what_is_right_holds_and_what_is_false_does_not(
    outcomes: dict[str, TurnOutcome], name: str, right: dict[str, Any], false: dict[str, Any]
) -> None:
    outcome = outcomes[name]
    assert list(wrong(JourneyTurn.model_validate({"say": "x", **right}), outcome)) == []
    failed = list(wrong(JourneyTurn.model_validate({"say": "x", **false}), outcome))
    assert len(failed) == 1
    assert all(failed[0])


def test_every_key_of_a_turn_but_what_is_said_can_be_expected(outcomes: dict[str, TurnOutcome]) -> None:
    keys = set(JourneyTurn.model_fields) - {"say", "images"}
    turn = JourneyTurn.model_construct(_fields_set=keys, act=("request",))
    assert set(turn.asserted) == keys
    assert [*wrong(turn, outcomes["list"])]


def test_what_was_expected_and_what_came_are_told_in_a_few_words(outcomes: dict[str, TurnOutcome]) -> None:
    turn = JourneyTurn.model_validate({"say": "x", "every": ["price<50"], "holds_none": ["recycled"], "kind": None})
    assert dict(wrong(turn, outcomes["list"])) == {
        "kind none": "jacket",
        "every price<50": "jacket-4 has price 60",
        "holds none recycled": "jacket-6 has “A soft fleece jacket made of recycled bottles.”",
    }
    whole = {"act": ["more", "none"], "fit": {"first": "<0.5"}, "notes": True, "refers": [1, 2]}
    said = JourneyTurn.model_validate({"say": "x", **whole})
    assert [expected(said, name) for name in said.asserted] == [
        "act more or none",
        "fit of the first <0.5",
        "notes yes",
        "refers 1, 2",
    ]


def test_a_refused_turn_fails_what_it_should_have_done_with_its_sentence(outdoor_shop: RecommendationAgent) -> None:
    outcome = checking._outcome(outdoor_shop, Conversation.passing(outdoor_shop), JourneyTurn(say="undo"))
    turn = JourneyTurn.model_validate({"say": "undo", "act": "undo", "lacks": ["tent-1"], "shows": "none"})
    assert [came for _, came in wrong(turn, outcome)] == ["refused: There is nothing to undo."] * 2
