"""Several things asked for at once: a group for each, and one of each within what they may cost together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.answers import Answer, UserTurn
from agent.pipeline.journal import Journal
from agent.pipeline.sets import RoleFinding, find_roles, role_inquiries, set_answer
from agent.recommender import RecommendationAgent
from agent.understand.parsed import Denied
from tests.support.household import HOUSEHOLD
from tests.support.worded import worded_agent

PRICES = {item.id: item.price or 0.0 for item in HOUSEHOLD}


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("sets") / "w", HOUSEHOLD) as opened:
        yield opened


def answer(agent: RecommendationAgent, text: str, *denied: Denied) -> tuple[Answer, list[RoleFinding]]:
    journal, asked = Journal(), agent.pipeline.roles(text, expected=True)
    assert asked is not None
    inquiries = role_inquiries(agent.pipeline, UserTurn(text), asked, denied)
    findings, chosen = find_roles(agent.pipeline, inquiries, asked.budget, journal)
    return set_answer(agent.pipeline, asked.budget, findings, chosen, journal, "en"), findings


def test_each_thing_has_a_group_of_its_own_kind(agent: RecommendationAgent) -> None:
    given, _ = answer(agent, "a kettle, a lamp and a blanket")
    assert {group.role: set(group.items) for group in given.groups} == {
        "kettle": {"brook", "alder"},
        "lamp": {"fern", "reed"},
        "blanket": {"heath", "moss"},
    }
    assert [recommendation.rank for recommendation in given.recommendations] == list(range(1, 7))


@pytest.mark.parametrize("budget", [65, 70, 90, 115])
def test_the_set_keeps_the_shared_budget_wherever_one_does(agent: RecommendationAgent, budget: int) -> None:
    given, _ = answer(agent, f"a kettle and a lamp together under {budget}")
    chosen = [group.chosen for group in given.groups]
    assert given.total == sum(PRICES[item] for item in chosen if item)
    assert given.total <= budget
    assert f"{given.total:g}" in given.reply


def test_a_budget_that_nothing_meets_is_told_with_the_least_that_is_needed(agent: RecommendationAgent) -> None:
    given, _ = answer(agent, "a kettle and a lamp together under 20")
    assert given.total is None
    assert [group.chosen for group in given.groups] == [None, None]
    assert "65" in given.reply


def test_a_thing_that_the_catalog_does_not_have_is_said_and_the_others_are_shown(agent: RecommendationAgent) -> None:
    given, findings = answer(agent, "a blanket and a bicycle")
    assert "no bicycle" in given.reply
    assert [bool(finding.ranked) for finding in findings] == [True, False]
    assert set(given.groups[0].items) == {"heath", "moss"}
    assert given.groups[1].items == ()


def test_what_is_denied_is_in_no_group(agent: RecommendationAgent) -> None:
    given, _ = answer(agent, "a kettle and a blanket", Denied("no wool", "wool"))
    assert "heath" not in {item for group in given.groups for item in group.items}


def test_the_chosen_item_is_shown_first(agent: RecommendationAgent) -> None:
    _, findings = answer(agent, "a kettle and a lamp together under 66")
    for finding in findings:
        assert finding.shown(1) == [finding.chosen]
