"""Tokens of a sentence: its clauses, what is denied in them and what is only asked for."""

from __future__ import annotations

import pytest

from agent.explain.grounding.tokens import (
    TextToken,
    bases,
    bases_of,
    inflected,
    language_of,
    letters,
    normal,
    stem,
    tokens_of,
)


def word(text: str, token: str) -> TextToken:
    return next(each for each in tokens_of(text) if each.token == token)


def test_a_word_has_one_form_for_plural_possessive_and_accents() -> None:
    assert [one.word for one in tokens_of("The Café’s lamps")] == ["the", "cafe", "lamp"]


@pytest.mark.parametrize(
    ("text", "form"), [("1,000.0", "1000"), ("40", "40"), ("40.50", "40.5"), ("three", "3"), ("1,5", "1,5")]
)
def test_a_number_has_one_plain_form(text: str, form: str) -> None:
    (number,) = tokens_of(text)
    assert (number.word, number.number) == (form, True)


def test_clauses_end_at_marks_and_at_and_or_but() -> None:
    assert [one.clause for one in tokens_of("red, blue and green but 3.5 cm")] == [0, 1, 2, 3, 3]


def test_a_denial_reaches_a_few_words_of_its_own_clause() -> None:
    text = "it isn't red leather, but green"
    assert word(text, "isn't").negates
    assert word(text, "red").denied
    assert word(text, "leather").denied
    assert not word(text, "green").denied
    assert not word("no lamp table chair sofa", "sofa").denied


def test_what_a_clause_speaks_of_is_denied_where_it_ends_in_a_denial() -> None:
    assert word("clay is included, aprons are not", "aprons").denied
    assert not word("clay is included, aprons are not", "clay").denied
    assert word("pot not included", "pot").denied


def test_one_is_a_number_before_a_word_of_weight_alone() -> None:
    assert word("one bridge", "one").number
    assert word("a green one", "one").plain


@pytest.mark.parametrize(
    ("text", "language"),
    [("Die Marke ist Bergfink", "de"), ("La marca es Alborada", "es"), ("La marque est Noël", "fr"), ("防水", "zh")],
)
def test_a_sentence_is_read_in_its_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_letters_stand_where_they_stood() -> None:
    assert letters("Größe: 3 café") == "grose: 3 cafe"


def test_words_of_a_family_share_a_stem() -> None:
    assert stem("director") == stem("directed") == stem("direction")
    assert normal("lactose-free and see-through") == "no lactose, and transparent"
    assert "roj" in inflected("rojo") & inflected("roja")


def test_words_of_grammar_say_nothing_of_an_item() -> None:
    assert word("the lamp", "the").plain
    assert not word("the lamp", "lamp").plain


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [("painted", "painting", True), ("running", "run", True), ("boldly", "bold", True), ("string", "str", False)],
)
def test_forms_of_a_word_share_a_base(first: str, second: str, same: bool) -> None:
    assert bool(bases(first) & bases(second)) is same
    assert bases_of([first, second]) == bases(first) | bases(second)
