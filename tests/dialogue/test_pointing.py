"""Pointing: the items of the list shown last that a turn is about."""

from __future__ import annotations

import pytest

from agent.dialogue.pointing import chooses, means_all, numbers_named, pointed_numbers, spelled
from agent.dialogue.shown_names import ShownNames

TENTS = ShownNames(["Ridgeline Tent", "Basecamp Tent", "Yukon Winter Tent"])


@pytest.mark.parametrize(
    ("text", "focus", "numbers"),
    [
        ("which of these is lightest", None, (1, 2, 3)),
        ("wich one has a porch", 2, (1, 2, 3)),
        ("what colour is it", 2, (2,)),
        ("what colour is it", None, (1,)),
        ("how heavy", 3, (3,)),
        ("how heavy", None, ()),
        ("both please", None, (1, 2)),
        ("how does it compare to the yukon", 2, (2, 3)),
        ("the last one, is it dry", 2, (3,)),
        ("which colour does it come in", 3, (3,)),
    ],
)
def test_a_question_is_of_what_it_names_or_of_all_or_of_the_item_spoken_of_last(
    text: str, focus: int | None, numbers: tuple[int, ...]
) -> None:
    assert pointed_numbers(text, TENTS, focus, freely=True) == numbers


def test_a_request_points_at_what_it_names_alone() -> None:
    assert pointed_numbers("is it for my dad", TENTS, 2, freely=False) == ()
    assert numbers_named("like the second but cheaper", TENTS, freely=False) == (2,)


def test_nothing_is_pointed_at_where_nothing_was_shown() -> None:
    assert pointed_numbers("the first", ShownNames([]), freely=True) == ()


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("right, number two for her poster", True),
        ("Number 1 i mean", True),
        ("the third. done.", True),
        ("the second but cheaper", False),
        ("the first and the second", False),
    ],
)
def test_a_place_with_nothing_beside_it_is_a_choice(text: str, chosen: bool) -> None:
    assert chooses(text) is chosen


def test_a_slip_is_mended_where_nothing_is_pointed_at_without() -> None:
    assert spelled("il secondo") == "il secondo"
    assert spelled("is the secnod dry") == "is the second dry"


def test_all_is_meant_unless_one_is_spoken_of() -> None:
    assert means_all("which is dry")
    assert not means_all("which colour is it")
