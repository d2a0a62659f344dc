"""The lead of an answer: what was understood, and what the list below it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from agent.answers import UserTurn
from agent.explain import Selection
from agent.explain.lead import lead_of
from agent.recommender import RecommendationAgent
from tests.support.household import HOUSEHOLD
from tests.support.worded import worded_agent


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("lead") / "w", HOUSEHOLD) as opened:
        yield opened


def lead(selection: Selection) -> str:
    return " ".join(note.text_in("en") for note in lead_of(selection))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a kettle", "These 2 fit “kettle” best."),
        ("a kettle under 40", "This one fits “kettle, under 40”."),
        ("a blanket without wool", "This one fits “blanket, no wool”."),
        ("the cheapest lamp", "These 2 are for “lamp”, by “cheapest”."),
        ("a bicycle", "We have no bicycle."),
        ("a kettle under 5", "No kettle is under 5."),
    ],
)
def test_the_lead_says_what_was_understood_and_what_the_list_is(
    agent: RecommendationAgent, text: str, sentence: str
) -> None:
    assert lead(agent.pipeline.find(UserTurn(text, k=3))) == sentence


def test_where_nothing_is_likely_the_lead_says_so_first(agent: RecommendationAgent) -> None:
    selection = replace(agent.pipeline.find(UserTurn("a lamp", k=2)), nothing_fits=True)
    assert lead(selection) == "Nothing here is likely to be “lamp”. The nearest are these."


@pytest.mark.parametrize(
    ("fits", "sentence"),
    [
        ((0.9, 0.6), "These 2 fit “kettle” best."),
        ((0.9, 0.1), "The first fits “kettle”; the rest only come near."),
        ((0.1, 0.9), "These 2 fit “kettle” best."),
        ((0.1, 0.1), "I am not sure that these 2 fit “kettle”, but they come nearest."),
    ],
)
def test_the_lead_says_how_far_a_list_fits(
    agent: RecommendationAgent, fits: tuple[float, float], sentence: str
) -> None:
    selection = agent.pipeline.find(UserTurn("a kettle", k=2))
    rows = (scored.candidate.row for scored in selection.chosen)
    assert lead(replace(selection, fits=dict(zip(rows, fits, strict=True)))) == sentence


def test_a_comparison_is_led_by_who_asks_for_it(agent: RecommendationAgent) -> None:
    assert lead(replace(agent.pipeline.find(UserTurn("a lamp", k=2)), compared=True)) == ""
