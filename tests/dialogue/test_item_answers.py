"""Answers to questions about items: from their fields and texts alone, and that they do not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.dialogue.item_answers import AskedItem, item_answers, superlatives, superlatives_of
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from retrieval.schema import Field, Schema
from tests.support.household import HOUSEHOLD
from tests.support.worded import worded_agent

BROOK, ALDER, HEATH, MOSS, FERN, REED = (AskedItem(item, number) for number, item in enumerate(HOUSEHOLD, start=1))


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("answers") / "w", HOUSEHOLD) as opened:
        yield opened


def answers(agent: RecommendationAgent, question: str, *asked: AskedItem, pointed: bool = True) -> list[str]:
    return [note.text_in("en") for note in item_answers(question, asked, agent.pipeline, pointed=pointed)]


@pytest.mark.parametrize(
    ("question", "asked", "answer"),
    [
        ("who makes it?", BROOK, "Number 1, Brook kettle: maker Ardo."),
        ("what does it cost?", ALDER, "Number 2, Alder kettle: price 45."),
        ("how much is it", REED, "Number 6, Reed lamp: price 35."),
        ("who makes it?", REED, "Number 6, Reed lamp: its data does not say."),
        ("how heavy is it?", FERN, "Number 5, Fern lamp: its data does not say."),
        ("was kostet sie?", ALDER, "Number 2, Alder kettle: price 45."),
        ("combien coûte-t-elle ? quel est le prix", ALDER, "Number 2, Alder kettle: price 45."),
        ("¿cuánto cuesta?", ALDER, "Number 2, Alder kettle: price 45."),
        ("quanto costa?", ALDER, "Number 2, Alder kettle: price 45."),
        ("quanto custa?", ALDER, "Number 2, Alder kettle: price 45."),
    ],
)
def test_a_field_is_told_with_its_value_or_that_nothing_is_said(
    agent: RecommendationAgent, question: str, asked: AskedItem, answer: str
) -> None:
    assert answers(agent, question, asked) == [answer]


def test_a_question_for_who_is_none_for_the_year_in_which(tmp_path: Path) -> None:
    pictures = [
        Item("1", "A mill", attributes={"artist": "Ada Berg", "year": 1790}),
        Item("2", "A barn", attributes={"artist": "Cem Dahl", "year": 1812}),
    ]
    schema = Schema([Field.of("title", "text"), Field.of("artist", "category"), Field.of("year", "integer")])
    with worded_agent(tmp_path / "w", pictures, schema) as agent:
        for question in ("who painted it?", "who made the first"):
            assert answers(agent, question, AskedItem(pictures[0], 1)) == ["Number 1, A mill: artist Ada Berg."]
        assert answers(agent, "when was it painted?", AskedItem(pictures[1], 2)) == ["Number 2, A barn: year 1812."]
        assert answers(agent, "what year is it", AskedItem(pictures[1], 2)) == ["Number 2, A barn: year 1812."]


def test_what_the_text_says_is_quoted_and_what_it_denies_is_a_no(agent: RecommendationAgent) -> None:
    (yes,) = answers(agent, "does it have a whistle?", BROOK)
    (no,) = answers(agent, "does it have a whistle?", ALDER)
    (silent,) = answers(agent, "does it have a thermometer?", ALDER)
    assert "“A steel kettle with a whistle" in yes
    assert no.startswith("No.")
    assert "without a whistle" in no
    assert silent.endswith("its data does not say.")


def test_misspelt_questions_are_answered_all_the_same(agent: RecommendationAgent) -> None:
    (answer,) = answers(agent, "dosnt it have a whistle", BROOK)
    assert "with a whistle" in answer


def test_a_condition_on_a_number_is_put_to_the_item(agent: RecommendationAgent) -> None:
    assert answers(agent, "is it under 40?", BROOK) == ["Yes. Number 1, Brook kettle: price 30."]
    assert answers(agent, "is it under 40?", ALDER) == ["No. Number 2, Alder kettle: price 45."]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("which is the cheapest?", "Moss"),
        ("which one is the most expensive", "Heath"),
        ("哪个最便宜？", "Moss"),
    ],
)
def test_a_superlative_is_looked_for_among_what_was_shown(
    agent: RecommendationAgent, question: str, title: str
) -> None:
    (answer,) = answers(agent, question, BROOK, HEATH, MOSS, pointed=False)
    assert title in answer


def test_of_all_that_was_shown_only_those_are_told_that_say_something(agent: RecommendationAgent) -> None:
    (answer,) = answers(agent, "is any of them washable?", HEATH, MOSS, pointed=False)
    assert "Moss" in answer
    assert answers(agent, "is any of them waterproof?", HEATH, MOSS, pointed=False) == [
        "None of them says anything about waterproof."
    ]


def test_an_item_from_outside_the_list_is_told_without_a_number(agent: RecommendationAgent) -> None:
    assert answers(agent, "how much is it?", AskedItem(BROOK.item)) == ["Brook kettle: price 30."]


@pytest.mark.parametrize(
    ("adjective", "forms"),
    [
        ("cheap", ["cheapest", "cheaper"]),
        ("heavy", ["heaviest", "heavier"]),
        ("big", ["biggest", "bigger"]),
        ("large", ["largest", "larger"]),
        ("expensive", []),
    ],
)
def test_adjectives_are_raised_as_english_does(adjective: str, forms: list[str]) -> None:
    assert [*superlatives(adjective)] == forms


@pytest.mark.parametrize(
    ("comparative", "said", "is_one"),
    [
        ("billiger", "am billigsten", True),
        ("leichter", "die leichteste", True),
        ("teurer", "die teuerste", True),
        ("kurzer", "der kurzeste", True),
        ("moins chere", "la moins chere", True),
        ("mas barata", "la mas barata", True),
        ("piu leggera", "la piu leggera", True),
        ("mais barato", "o mais barato", True),
        ("mas barata", "una mas barata", False),
        ("zu teuer", "zu teuer", False),
        ("groser", "am grosten", True),
        ("later", "a latte", False),
    ],
)
def test_superlatives_of_other_languages_come_of_their_comparatives(
    comparative: str, said: str, *, is_one: bool
) -> None:
    assert any(re.search(rf"(?<![a-z]){way}(?![a-z])", said) for way in superlatives_of(comparative)) is is_one
