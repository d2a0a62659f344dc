"""Comparators: the words that compare with a number, and what becomes of them behind a `not`."""

from __future__ import annotations

import pytest

from agent.understand.conditions.comparators import ADJECTIVES, FLIPPED, Direction, comparators
from agent.understand.languages import COMMON, Languages
from agent.understand.lexicon import FURTHER
from agent.understand.tokens import flat


def before(text: str, languages: Languages = COMMON) -> Direction | None:
    words = comparators(languages).before
    return next((word.direction for word in words if word.pattern.search(flat(text))), None)


def after(text: str, languages: Languages = COMMON) -> Direction | None:
    words = comparators(languages).behind
    return next((word.direction for word in words if word.pattern.match(flat(text))), None)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("under ", "<"),
        ("at most ", "<="),
        ("more than ", ">"),
        ("no less than ", "<"),  # the `no` is another's to read
        ("最多", "<="),
        ("roughly ", "~"),
        ("cheaper than ", "<"),
        ("≤ ", "<="),
        ("价格<=", "<="),
        ("plunder ", None),
        ("underneath ", None),
    ],
)
def test_words_before_a_number_compare_only_as_whole_words(text: str, direction: Direction | None) -> None:
    assert before(text) == direction


@pytest.mark.parametrize(
    ("text", "direction"),
    [(" or less", "<="), (" and up", ">="), ("以内", "<="), ("以上", ">="), ("左右", "~"), (" orless", None)],
)
def test_words_behind_a_number_compare_too(text: str, direction: Direction | None) -> None:
    assert after(text) == direction


def test_a_denied_comparison_is_its_opposite_and_denied_twice_itself() -> None:
    assert (FLIPPED["<"], FLIPPED["<="], FLIPPED["~"]) == (">=", ">", "~")
    plain = [direction for direction in FLIPPED if direction != "<~"]
    assert [FLIPPED[FLIPPED[direction]] for direction in plain] == plain


@pytest.mark.parametrize("word", ["larger", "bigger", "smaller", "wider", "heavier", "newer", "over", "fewer"])
def test_a_word_that_compares_before_a_number_compares_behind_it_as_well(word: str) -> None:
    sides = {">": ">=", "<": "<="}
    direction = before(f"{word} than ")
    assert direction is not None
    assert after(f" or {word}") == sides[direction]


@pytest.mark.parametrize(
    ("language", "text", "direction"),
    [
        ("de", "weniger als ", "<"),
        ("fr", "au-dessus de ", ">"),
        ("es", "como mucho ", "<="),
        ("it", "più pesante di ", ">"),
        ("pt", "até ", "<="),
        ("nl", "minstens ", ">="),
        ("pl", "poniżej ", "<"),
        ("ru", "дороже ", ">"),
    ],
)
def test_each_language_compares_with_its_own_words(language: str, text: str, direction: Direction) -> None:
    assert before(text, (language, "en")) == direction
    assert before(text) != direction


@pytest.mark.parametrize(
    ("language", "text", "direction"),
    [("tr", "dan pahalı", ">"), ("ja", "未満", "<"), ("ko", " 이상", ">="), ("de", " oder größer", ">=")],
)
def test_what_compares_may_stand_behind_the_number(language: str, text: str, direction: Direction) -> None:
    assert after(text, (language, "en")) == direction


@pytest.mark.parametrize("language", FURTHER)
def test_every_language_says_less_and_more_and_at_most_and_at_least(language: str) -> None:
    words = comparators((language,))
    assert {word.direction for word in (*words.before, *words.behind)} >= {"<", ">", "<=", ">=", "~"}


def test_every_adjective_names_what_it_compares() -> None:
    assert all(roles for _, _, roles in ADJECTIVES)
