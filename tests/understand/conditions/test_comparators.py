"""Comparators: the words that compare with a number, and what becomes of them behind a `not`."""

from __future__ import annotations

import pytest

from agent.understand.conditions.comparators import ADJECTIVES, AFTER, BEFORE, FLIPPED, NEGATED, Direction


def before(text: str) -> Direction | None:
    return next((words.direction for words in BEFORE if words.pattern.search(text)), None)


def after(text: str) -> Direction | None:
    return next((words.direction for words in AFTER if words.pattern.match(text)), None)


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


@pytest.mark.parametrize(("text", "denied"), [("not ", True), ("it should not cost ", True), ("a knot ", False)])
def test_a_denial_stands_right_before_the_comparison(text: str, denied: bool) -> None:
    assert (NEGATED.search(text) is not None) == denied


def test_every_adjective_names_what_it_compares() -> None:
    assert all(roles for _, _, roles in ADJECTIVES)
