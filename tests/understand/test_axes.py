"""Axes: what their adjectives ask for, and what a file of them must say."""

from __future__ import annotations

from typing import Any

import pytest

from agent.understand.axes import Direction, _axis, axes

HEAVY = {
    "roles": ["weight"],
    "more": {"adjectives": ["heavy", "重"], "comparatives": ["heavier"]},
    "less": {"adjectives": ["light", "轻"], "comparatives": ["lighter"]},
}


@pytest.mark.parametrize(
    ("words", "op"),
    [
        ("heavier", ">"),
        ("a bit heavier", ">"),
        ("more heavy", ">"),
        ("too light", ">"),
        ("重一点", ">"),
        ("太轻了", ">"),
        ("lighter", "<"),
        ("not so heavy", "<"),
        ("更轻", "<"),
        ("没那么重", "<"),
    ],
)
def test_the_adjectives_of_an_axis_ask_for_more_and_for_less(words: str, op: str) -> None:
    axis = _axis("heaviness", HEAVY)
    assert [side for side, pattern in axis.sides.items() if pattern.fullmatch(words)] == [op]


def test_every_axis_asks_for_more_and_for_less() -> None:
    assert all(set(axis.sides) == {"<", ">"} == set(axis.adjectives) for axis in axes().values())


@pytest.mark.parametrize(
    ("entry", "lacking"),
    [
        ({"roles": [], "more": HEAVY["more"]}, "'heaviness' lacks less"),
        ({**HEAVY, "less": {"adjectives": []}}, "'heaviness' lacks comparatives"),
    ],
)
def test_an_axis_that_lacks_something_is_refused_by_name(entry: dict[str, Any], lacking: str) -> None:
    with pytest.raises(ValueError, match=lacking):
        _axis("heaviness", entry)


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
