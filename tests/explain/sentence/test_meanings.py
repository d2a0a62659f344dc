"""What words of wishes have to do with words of items."""

from __future__ import annotations

import pytest

from agent.answers import Request
from agent.explain.sentence.grammar import stems_of
from agent.explain.sentence.meanings import meaning_of
from agent.explain.sentence.wishes import wishes_of


@pytest.mark.parametrize(
    ("wish", "word"),
    [("calm", "soothing"), ("bird", "kingfisher"), ("trains", "railway"), ("soup", "borscht"), ("kids", "children")],
)
def test_a_wish_is_met_by_what_says_the_same_or_is_a_kind_of_it(wish: str, word: str) -> None:
    assert word in meaning_of(wish).words


def test_a_kind_is_not_met_by_a_wider_word() -> None:
    assert "bird" not in meaning_of("kingfisher").words


def test_a_phrase_of_several_words_is_looked_for_as_it_stands() -> None:
    assert "walk-ins only" in meaning_of("reservation").phrases


def test_what_says_otherwise_is_known_and_of_ambiguous_words_in_values_alone() -> None:
    assert "advanced" in meaning_of("beginner").opposites
    assert "studio" in meaning_of("live").value_opposites
    assert "studio" not in meaning_of("live").opposites


def test_an_unknown_word_means_itself() -> None:
    assert meaning_of("xylograph").words == {"xylograph"}


def test_or_makes_one_wish_of_two() -> None:
    (wish,) = (wish for wish in wishes_of(Request("something with jazz or blues", "", "en")).each)
    assert wish.words == "jazz or blues"
    assert wish.met_by(stems_of("blues", "en"))
