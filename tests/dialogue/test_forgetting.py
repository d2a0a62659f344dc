"""Giving up a part of the request: what is named goes, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.answers import MustHave
from agent.dialogue.forgetting import given_up, without_given_up, without_named, without_parts
from agent.dialogue.state import State, WishText
from agent.recommender import RecommendationAgent
from agent.understand.kinds import Kind
from agent.understand.parsed import Denied, SortOrder
from tests.support.household import HOUSEHOLD
from tests.support.worded import worded_agent

ASKED = State(
    kind=Kind("kettle", "kettle", 6, 12, "quiet kettle"),
    wishes=(WishText("quiet kettle", "quiet kettle"),),
    must_haves=(
        MustHave("price<50", "understood", "under 50", 1.0),
        MustHave("maker=Ardo", "understood", "by Ardo", 1.0),
    ),
    denied=(Denied("no enamel", "enamel"),),
    order=SortOrder("price", "asc", "cheapest"),
)


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("given-up") / "w", HOUSEHOLD) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("forget the budget", {"under 50", "cheapest"}),
        ("the maker does not matter", {"by Ardo"}),
        ("drop Ardo", {"by Ardo"}),
        ("enamel is ok after all", {"no enamel"}),
        ("leave out the quiet part", {"quiet"}),
        ("预算无所谓", {"under 50", "cheapest"}),
        ("forget the weight", set()),
        ("forget the 50", {"under 50"}),
        ("der Preis ist egal", {"under 50", "cheapest"}),
        ("egal was es kostet", {"under 50", "cheapest"}),
        ("never mind anything else I said", {"under 50", "by Ardo", "no enamel", "cheapest"}),
        ("forget the enammel", {"no enamel"}),
    ],
)
def test_what_words_name_goes_and_is_told_as_it_was_said(
    agent: RecommendationAgent, text: str, dropped: set[str]
) -> None:
    state, told = without_named(text, ASKED, agent.pipeline)
    assert set(told) == dropped
    assert (state == ASKED) == (not dropped)


def test_a_wish_loses_the_words_that_are_given_up_and_keeps_the_others(agent: RecommendationAgent) -> None:
    state, _ = without_named("never mind the quiet thing", ASKED, agent.pipeline)
    assert [wish.text for wish in state.wishes] == ["kettle"]
    assert state.kind == ASKED.kind
    assert state.must_haves == ASKED.must_haves


def test_what_else_a_turn_says_is_left_when_a_part_is_given_up(agent: RecommendationAgent) -> None:
    state, told, rest = without_given_up("forget the budget, with a whistle", ASKED, agent.pipeline)
    assert set(told) == {"under 50", "cheapest"}
    assert rest == "with a whistle"
    assert [must.filter for must in state.must_haves] == ["maker=Ardo"]


def test_what_is_still_refused_is_not_permitted_beside_another_thing(agent: RecommendationAgent) -> None:
    assert without_given_up("brass is fine, enamel isn't", ASKED, agent.pipeline)[1] == ()


def test_the_condition_asked_last_stays_where_the_words_point_at_it(agent: RecommendationAgent) -> None:
    state, _, _ = without_given_up("show me all of those, never mind anything else I said", ASKED, agent.pipeline)
    assert [must.filter for must in state.must_haves] == ["maker=Ardo"]
    assert state.denied == ()


def test_parts_are_taken_away_by_the_names_that_a_view_of_the_state_gives_them() -> None:
    assert without_parts(("price<50", "enamel"), ASKED).must_haves == ASKED.must_haves[1:]
    assert without_parts(("enamel",), ASKED).denied == ()
    assert without_parts(("price asc",), ASKED).order is None
    without_kind = without_parts(("kettle",), ASKED)
    assert without_kind.kind is None
    assert [wish.text for wish in without_kind.wishes] == ["quiet"]
    assert without_parts((), ASKED) == ASKED


@pytest.mark.parametrize(
    ("text", "what"), [("drop the price", "price"), ("forget about the weight!", "weight"), ("forget it", "forget it")]
)
def test_what_cannot_be_given_up_is_named_without_the_words_around_it(text: str, what: str) -> None:
    assert given_up(text) == what
