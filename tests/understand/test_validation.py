"""Validation: which turns and names of people are taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.answers import UserTurn
from agent.errors import RequestError
from agent.understand.validation import MAX_USER_CHARS, user_id, validate


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_a_blank_name_is_no_name(text: str) -> None:
    with pytest.raises(RequestError, match="name of the user is empty"):
        user_id(text)


def test_a_name_too_long_is_refused_with_both_lengths() -> None:
    with pytest.raises(RequestError, match=f"{MAX_USER_CHARS + 1:,} characters; {MAX_USER_CHARS} is the most"):
        user_id("a" * (MAX_USER_CHARS + 1))
    assert user_id("a" * MAX_USER_CHARS)


@pytest.mark.parametrize(("text", "code"), [("a\x00b", "U+0000"), ("a\tb", "U+0009"), ("a\x7fb", "U+007F")])
def test_a_character_that_cannot_be_seen_is_named_by_its_code(text: str, code: str) -> None:
    with pytest.raises(RequestError, match=code.replace("+", r"\+")):
        user_id(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40))
def test_a_name_stays_exactly_as_it_was_given(text: str) -> None:
    assert user_id(text) == text


def test_names_that_differ_in_anything_are_different_people() -> None:
    assert len({user_id(name) for name in ("Ada", "ada", " ada", "../ada", "a'; drop table")}) == 5


def test_a_name_is_checked_before_the_rest_of_a_turn() -> None:
    with pytest.raises(RequestError, match="name of the user"):
        validate(UserTurn("", user=" ", k=0))


@pytest.mark.parametrize("turn", [UserTurn(user="ada"), UserTurn(without=("price<50",))])
def test_a_name_or_a_condition_that_goes_is_enough_for_a_turn(turn: UserTurn) -> None:
    validate(turn)


@pytest.mark.parametrize("diversity", [-0.1, 1.1, float("nan")])
def test_a_strength_of_variety_outside_of_its_scale_is_refused(diversity: float) -> None:
    with pytest.raises(RequestError, match="must lie between 0 and 1"):
        validate(UserTurn("lamp", diversity=diversity))
