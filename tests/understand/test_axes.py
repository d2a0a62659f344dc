"""Axes: what items are measured on, and the words that ask for more or less of it."""

from __future__ import annotations

import pytest

from agent.understand.axes import Direction, axes


def asked_of(axis: str, text: str) -> set[Direction]:
    return {direction for direction, words in axes()[axis].sides.items() if words.search(text)}


@pytest.mark.parametrize(
    ("axis", "text", "direction"),
    [
        ("lightness", "a bit brighter", ">"),
        ("lightness", "too dark", ">"),
        ("lightness", "less bright", "<"),
        ("lightness", "更亮一点", ">"),
        ("lightness", "太亮了", "<"),
        ("price", "cheaper", "<"),
        ("price", "not so expensive", "<"),
        ("size", "too small", ">"),
        ("year", "more modern", ">"),
    ],
)
def test_too_much_of_one_side_asks_for_the_other(axis: str, text: str, direction: Direction) -> None:
    assert asked_of(axis, text) == {direction}


@pytest.mark.parametrize("text", ["a bright lamp", "dark chocolate", "亮"])
def test_a_plain_adjective_asks_for_no_change(text: str) -> None:
    assert asked_of("lightness", text) == set()


def test_every_axis_has_two_sides_and_is_read_once() -> None:
    assert axes() is axes()
    for name, axis in axes().items():
        assert axis.name == name
        assert axis.sides.keys() == axis.adjectives.keys() == {"<", ">"}
        assert not set(axis.adjectives["<"]) & set(axis.adjectives[">"])
