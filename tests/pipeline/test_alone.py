"""A turn outside of any conversation: items where something is asked for, words where nothing is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.answers import Answer, UserTurn
from agent.pipeline.alone import answer_alone
from agent.pipeline.journal import Journal
from agent.recommender import RecommendationAgent
from tests.support.household import HOUSEHOLD
from tests.support.worded import worded_agent


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("alone") / "w", HOUSEHOLD) as opened:
        yield opened


def answer(agent: RecommendationAgent, text: str, **turn: object) -> Answer:
    given = UserTurn(text, **turn)  # type: ignore[arg-type]  # by name
    return answer_alone(agent.pipeline, given, Journal(), worded=False)


def titles(given: Answer) -> list[str]:
    return [recommendation.item.title for recommendation in given.recommendations]


@pytest.mark.parametrize("text", ["hello there", "many thanks", "你好", "do you deliver?", "what do you have?"])
def test_what_asks_for_no_items_is_answered_in_words(agent: RecommendationAgent, text: str) -> None:
    given = answer(agent, text)
    assert given.reply
    assert given.recommendations == ()


def test_gibberish_is_asked_back_with_choices(agent: RecommendationAgent) -> None:
    given = answer(agent, "qwxz plof")
    assert given.choices
    assert given.recommendations == ()


@pytest.mark.parametrize("text", ["a lamp", "thanks! a lamp please", "hello, do you have lamps?"])
def test_what_stands_beside_a_wish_is_not_searched_for(agent: RecommendationAgent, text: str) -> None:
    given = answer(agent, text)
    assert set(titles(given)) == {"Fern lamp", "Reed lamp"}
    assert "thanks" not in given.request.text
    assert "hello" not in given.request.text


def test_what_the_catalog_does_not_have_is_told_before_the_nearest(agent: RecommendationAgent) -> None:
    given = answer(agent, "a bicycle")
    assert given.reply.startswith("We have no bicycle.")
    assert len(given.recommendations) <= 3


def test_a_condition_beside_words_asks_for_something_whatever_they_do(agent: RecommendationAgent) -> None:
    given = answer(agent, "hello", filters=("price<40",))
    assert set(titles(given)) <= {"Brook kettle", "Moss blanket", "Reed lamp"}
    assert given.recommendations


def test_several_things_are_answered_in_groups(agent: RecommendationAgent) -> None:
    given = answer(agent, "a kettle and a blanket")
    assert [group.role for group in given.groups] == ["kettle", "blanket"]
    assert given.total is not None
