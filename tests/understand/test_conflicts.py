"""Conflicts: must-haves that no item can meet together, known without looking at any."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.conflicts import conflicts, exclusive
from retrieval.filters import Filter, parse_filter
from retrieval.items import Item
from tests.support.shelf import SCHEMA

BOUNDS = st.builds("price{}{}".format, st.sampled_from(["<", "<=", ">", ">=", "="]), st.integers(0, 4))
RANGES = st.builds(lambda low, high: f"price {min(low, high)}..{max(low, high)}", st.integers(0, 4), st.integers(0, 4))
PRICED = [Item(str(at), "Thing", price=at / 2) for at in range(-2, 12)]


def read(text: str) -> Filter:
    return parse_filter(text, SCHEMA)


@pytest.mark.parametrize(
    ("first", "second", "excluding"),
    [
        ("price<10", "price>=10", True),
        ("price<=10", "price>=10", False),
        ("price 1..5", "price=5", False),
        ("maker=Ann", "maker=Bo", True),
        ("maker in Ann, Bo", "maker!=Ann", False),
        ("maker=Ann", "maker not in Ann, Bo", True),
        ("maker!=Ann", "maker!=Bo", False),
        ("tags has sea", "tags has not sea", True),
        ("tags has sea", "tags has boats", False),
        ("tags has any sea, boats", "tags has not sea", False),
    ],
)
def test_two_conditions_exclude_each_other_in_either_order(first: str, second: str, excluding: bool) -> None:
    assert exclusive(read(first), read(second)) is excluding
    assert exclusive(read(second), read(first)) is excluding


@given(BOUNDS | RANGES, BOUNDS | RANGES)
def test_what_excludes_each_other_is_met_by_no_price(first: str, second: str) -> None:
    meeting = [item for item in PRICED if read(first).matches(item) and read(second).matches(item)]
    assert exclusive(read(first), read(second)) is not bool(meeting)


def test_each_pair_on_one_field_is_told_once_with_both_conditions() -> None:
    notes = list(conflicts([read("price<10"), read("maker=Ann"), read("price>20"), read("maker=Bo")]))
    assert notes == [
        "price<10 and price>20 cannot both be met: which of the two matters?",
        "maker=Ann and maker=Bo cannot both be met: which of the two matters?",
    ]
