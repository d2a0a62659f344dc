"""Polarity: the words that make a value a must-have or a must-not."""

from __future__ import annotations

import pytest

from agent.understand.conditions.polarity import PERMITTED, STILL_WANTED, WINDOW, demanded, refused


def stretch(text: str, value: str) -> str | None:
    start = text.index(value)
    span = refused(text, start, start + len(value))
    return text[span[0] : span[1]] if span else None


def demands(text: str, value: str) -> list[tuple[str, tuple[str, ...]]]:
    start = text.index(value)
    return [(text[first:last], tuple(roles)) for first, last, roles in demanded(text, start, start + len(value))]


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("a chair, no leather please", "leather", "no leather"),
        ("sugar free biscuits", "sugar", "sugar free"),
        ("anything but red", "red", "anything but red"),
        ("no chairs made of oak", "oak", "no chairs made of oak"),
        ("不要真皮", "真皮", "不要真皮"),
        ("真皮除外", "真皮", "真皮除外"),
    ],
)
def test_a_refusal_reaches_from_its_mark_to_the_value(text: str, value: str, words: str) -> None:
    assert stretch(text, value) == words


@pytest.mark.parametrize(
    ("text", "value"),
    [("not only red", "red"), ("no problem with red", "red"), ("don't mind red", "red"), ("a casino in red", "red")],
)
def test_words_that_look_like_a_refusal_refuse_nothing(text: str, value: str) -> None:
    assert stretch(text, value) is None


def test_a_mark_too_far_away_refuses_nothing() -> None:
    text = f"no frills {'at all ' * WINDOW}red"
    assert stretch(text, "red") is None


@pytest.mark.parametrize(
    ("text", "value", "mark"),
    [
        ("only red", "red", ("only red", ())),
        ("made of oak", "oak", ("made of oak", ("material",))),
        ("works by monet", "monet", ("by monet", ("maker",))),
        ("red ones only", "red", ("red ones only", ())),
        ("必须是红色", "红色", ("必须是红色", ())),
    ],
)
def test_a_demand_says_which_fields_it_is_of(text: str, value: str, mark: tuple[str, tuple[str, ...]]) -> None:
    assert mark in demands(text, value)


def test_a_demand_that_is_denied_is_none() -> None:
    assert demands("not made of oak", "oak") == []


def test_what_is_permitted_or_still_wanted_is_known_by_what_follows() -> None:
    assert PERMITTED.match(" is fine too")
    assert PERMITTED.match("也行")
    assert STILL_WANTED.match("，还要")
    assert not PERMITTED.match(" is a must")
