"""Why not: the first thing that kept an item out of an answer, told in the language of the request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.answers import UserTurn
from agent.explain.why_not import Unmet, WhyNot
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from retrieval.schema import Field, Schema
from tests.support.shelf import SCHEMA
from tests.support.worded import worded_agent

ITEMS = [
    Item("1", "Red boat", price=10.0, attributes={"secret": "one"}),
    Item("2", "Red boat at sea", price=20.0),
    Item("3", "Red lamp", price=30.0, attributes={"secret": "two"}),
    Item("4", "Blue boat"),
]
HIDING = Schema([*SCHEMA.fields.values(), Field("secret", "category", filterable=True, searchable=False, hidden=True)])


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path / "w", ITEMS, HIDING) as opened:
        yield opened


def test_what_is_shown_is_told_its_place(agent: RecommendationAgent) -> None:
    why = agent.why_not("1", UserTurn("red boat", k=2))
    assert isinstance(why, WhyNot)
    assert (why.reason, why.shown, why.unmet) == ("shown", 1, ())


def test_a_must_have_goes_before_all_else_and_each_that_fails_is_told_with_the_value(
    agent: RecommendationAgent,
) -> None:
    why = agent.why_not("3", UserTurn("red boat", filters=("price<25", "tags has sea"), k=2))
    assert why.reason == "must-have"
    assert why.unmet == (Unmet("price<25", "30"), Unmet("tags has sea", None))
    assert "price<25 (it has 30)" in why.text


def test_a_value_that_is_hidden_is_not_told(agent: RecommendationAgent) -> None:
    why = agent.why_not("3", UserTurn("red boat", filters=("secret=one",)))
    assert why.unmet == (Unmet("secret=one", None),)
    assert "two" not in why.text


def test_a_rank_too_low_is_told_with_the_channel_that_says_least_for_it(agent: RecommendationAgent) -> None:
    why = agent.why_not("4", UserTurn("red boat", k=1))
    assert (why.reason, why.shown, why.rank, why.n_items) == ("rank", None, 3, 3)
    assert "number 3 of 3" in why.text
    assert why.channels.keys() >= {"text", "lexical"}


def test_what_the_person_had_to_do_with_before_was_seen(agent: RecommendationAgent) -> None:
    agent.feedback("ada", "2", "like")
    assert agent.why_not("2", UserTurn("red boat", user="ada")).reason == "seen"
    assert agent.why_not("2", UserTurn("red boat", user="ada", include_seen=True)).reason == "shown"


def test_the_sentence_is_in_the_language_of_the_request(agent: RecommendationAgent) -> None:
    english, chinese = (agent.why_not("4", UserTurn(text, k=1)).text for text in ("red boat", "红色的船"))
    assert english.startswith("“Blue boat”")
    assert chinese != english
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
