"""Giving up parts of what was understood."""

from __future__ import annotations

import pytest

from agent.answers import MustHave
from agent.dialogue.forgetting import without_parts
from agent.dialogue.state import State, WishText
from agent.understand.kinds import Kind
from agent.understand.parsed import Denied, SortOrder

STATE = State(
    kind=Kind("Jackets", "jacket", 0, 7),
    wishes=(WishText("warm jackets", "warm jackets"), WishText("for rain", "for rain")),
    must_haves=(MustHave("price<=50", "stated", "price<=50", 1.0),),
    denied=(Denied("not red", "red"),),
    order=SortOrder("price", "asc", "cheapest"),
)


@pytest.mark.parametrize(
    ("part", "field"), [("price<=50", "must_haves"), ("red", "denied"), ("price asc", "order"), ("for rain", "wishes")]
)
def test_one_part_goes_and_the_others_stay(part: str, field: str) -> None:
    new = without_parts([part], STATE)
    changed = [name for name in State.__dataclass_fields__ if getattr(new, name) != getattr(STATE, name)]
    assert changed == [field]


def test_a_kind_goes_out_of_the_wishes_too() -> None:
    new = without_parts(["jacket"], STATE)
    assert new.kind is None
    assert [wish.text for wish in new.wishes] == ["warm", "for rain"]


def test_what_is_no_part_changes_nothing() -> None:
    assert without_parts(["green", "price<=60"], STATE) == STATE
    assert without_parts(["red"], State()) == State()
