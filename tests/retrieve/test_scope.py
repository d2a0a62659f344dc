"""Scope: what a request is about, by the kind that is sought and by what is denied."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.answers import UserTurn
from agent.perceive import Perceived
from agent.recommender import RecommendationAgent
from agent.retrieve.scope import Scope, scope_of
from tests.support.household import HOUSEHOLD
from tests.support.worded import worded_agent

IDS = [item.id for item in HOUSEHOLD]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("scope") / "w", HOUSEHOLD) as opened:
        yield opened


def scope(agent: RecommendationAgent, text: str, k: int = 3) -> Scope:
    pipeline = agent.pipeline
    understood = pipeline.read(UserTurn(text), Perceived())
    return scope_of(understood, pipeline.holdings.kinds, pipeline.holdings.holding, k)


def shown(scope: Scope) -> set[str]:
    return {item for item, may in zip(IDS, scope.within(len(IDS)), strict=True) if may}


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a kettle", {"brook", "alder"}),
        ("a lamp for reading", {"fern", "reed"}),
        ("a kettle, but no enamel", {"brook"}),
        ("a blanket without wool", {"moss"}),
        ("something nice", set(IDS)),
    ],
)
def test_only_items_of_the_kind_without_what_is_denied_are_in_scope(
    agent: RecommendationAgent, text: str, items: set[str]
) -> None:
    assert shown(scope(agent, text)) == items


def test_a_kind_that_is_not_there_hides_nothing_and_is_told_as_missing(agent: RecommendationAgent) -> None:
    absent = scope(agent, "a bicycle")
    assert absent.missing
    assert shown(absent) == set(IDS)
    assert not scope(agent, "a kettle").missing
    assert not scope(agent, "something nice").missing


def test_an_item_that_does_not_say_comes_later_and_is_not_hidden(agent: RecommendationAgent) -> None:
    careful = scope(agent, "something without nuts")
    later = {IDS[row] for row in careful.later}
    assert later <= shown(careful)
    assert not set(careful.later) & set(careful.hidden)


def test_no_request_is_about_everything() -> None:
    assert Scope().within(3).all()
    assert not Scope().missing


def test_a_long_list_is_to_be_looked_through_and_no_kind_keeps_others_out(agent: RecommendationAgent) -> None:
    long = scope(agent, "a kettle, but no enamel", k=50)
    assert not long.others.size
    assert "alder" not in shown(long)
