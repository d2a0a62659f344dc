"""Selections: what a request came to, with all that reasons and refusals are made from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.answers import UserTurn
from agent.explain.selection import Inquiry, Selection
from agent.recommender import RecommendationAgent
from tests.support.worded import shop, worded_agent


@pytest.fixture(scope="module")
def selection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Selection]:
    with worded_agent(tmp_path_factory.mktemp("shop") / "w", shop()) as agent:
        yield selected(agent, UserTurn("a blue chair", k=2, diversity=0.5))


def selected(agent: RecommendationAgent, turn: UserTurn) -> Selection:
    return agent.pipeline.find(turn)


def test_a_selection_holds_what_was_asked_and_on_which_terms(selection: Selection) -> None:
    inquiry = selection.inquiry
    assert isinstance(inquiry, Inquiry)
    assert inquiry.understood.request.text == "a blue chair"
    assert (inquiry.slate.diversity, inquiry.slate.fold) == (0.5, True)


def test_what_is_chosen_comes_from_the_candidates(selection: Selection) -> None:
    rows = {scored.candidate.row for scored in selection.candidates}
    assert len(selection.chosen) == 2
    assert {scored.candidate.row for scored in selection.chosen} <= rows
    assert not selection.compared


def test_the_ranker_of_a_selection_orders_its_items_as_they_are_shown(selection: Selection) -> None:
    assert selection.ranker is not None
    ranks = selection.ranker()
    assert [ranks[scored.candidate.row][0] for scored in selection.chosen] == [1, 2]
