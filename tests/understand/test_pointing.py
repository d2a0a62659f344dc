"""Pointing: the places of a list that a text names."""

from __future__ import annotations

import pytest

from agent.understand.pointing import asks_which, counts_two, means_one, places, places_within, puts_beside, tells_all
from agent.understand.tokens import flat


def _numbers(text: str, n_shown: int = 0) -> list[int]:
    low = flat(text)
    found = places_within(low, n_shown) if n_shown else places(low)
    return [number for place in found for number in place.numbers]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the 2nd and 3rd", [2, 3]),
        ("first and last, which is lighter", [1, -1]),
        ("the first two", [1, 2]),
        ("the last two", [-2, -1]),
        ("number 1 i mean", [1]),
        ("#2", [2]),
        ("et le deuxième", [2]),
        ("les deux premiers", [1, 2]),
        ("das zweite gefällt mir", [2]),
        ("die beiden letzten", [-2, -1]),
        ("vale, la tercera", [3]),
        ("il secondo", [2]),
        ("o terceiro", [3]),
        ("беру третью", [3]),
        ("前两个", [1, 2]),
        ("第三个和最后一个", [3, -1]),
        ("두 번째", [2]),
    ],
)
def test_places_are_named_in_many_languages(text: str, numbers: list[int]) -> None:
    assert _numbers(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "cheapest first",
        "my first tent",
        "shoes first. i'm on a budget",
        "the first world war",
        "for 3",
        "first, a tent",
    ],
)
def test_an_ordinal_that_stands_for_no_item_points_at_nothing(text: str) -> None:
    assert _numbers(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("do i need milk for 3", [3]),
        ("2 n 3", [2, 3]),
        ("is 3 waterproof", [3]),
        ("for 3 people", []),
        ("under 3", []),
        ("2 metres", []),
        ("for 9", []),
        ("is the second waterproof when it rains", [2]),
        ("the fifth element", []),
    ],
)
def test_a_question_points_with_bare_numbers_within_the_list(text: str, numbers: list[int]) -> None:
    assert _numbers(text, 4) == numbers


def test_what_is_pointed_at_knows_its_words() -> None:
    (place,) = places("is the second one dry?")
    assert place.words == "the second one"
    assert [(reference.target, reference.kind) for reference in place.references()] == [(2, "like")]


def test_all_and_one_and_two_are_told_apart() -> None:
    assert tells_all("which of these is dry")
    assert not tells_all("which is dry")
    assert asks_which("wich is dry")
    assert means_one("is it dry")
    assert counts_two("both are dry")
    assert puts_beside("how does it compare to the second")
