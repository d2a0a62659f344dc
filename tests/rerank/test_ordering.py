"""Ordering: by what a person asks for, and what leaves something unsaid behind the rest."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.rerank import Scored, unranked
from agent.rerank.ordering import bands, ordered
from agent.understand.parsed import SortOrder
from retrieval.items import Item
from tests.support.shelf import candidate, ranked

ITEMS = [
    Item("a", "Ash", price=30.0, attributes={"made": "1990-05-01"}),
    Item("b", "Birch", price=10.0, attributes={"made": "2001-01-01"}),
    Item("c", "Cedar", attributes={"made": "1950-01-01"}),
    Item("d", "Deal", price=20.0),
]
CANDIDATES = unranked([candidate(item, 1.0 - row / 10, row) for row, item in enumerate(ITEMS)])


def ids(scored: list[Scored]) -> str:
    return "".join(entry.candidate.item.id for entry in scored)


@pytest.mark.parametrize(
    ("field", "direction", "place", "order"),
    [
        ("price", "asc", 1, "bda"),
        ("price", "desc", 1, "adb"),
        ("price", "asc", 2, "da"),
        ("price", "mid", 1, "d"),
        ("made", "asc", 1, "cab"),
        ("made", "desc", 1, "bac"),
    ],
)
def test_items_come_by_the_field_from_the_place_that_is_meant(
    field: str, direction: Literal["asc", "desc", "mid"], place: int, order: str
) -> None:
    asked = SortOrder(field, direction, "as asked", place=place)
    assert ids(ordered(CANDIDATES, asked, ITEMS)).startswith(order)


def test_what_is_equal_stays_as_it_was() -> None:
    same = [Item(name, name, price=5.0) for name in "xyz"]
    candidates = unranked([candidate(item, 0.5, row) for row, item in enumerate(same)])
    assert ids(ordered(candidates, SortOrder("price", "asc", "cheapest"), same)) == "xyz"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.sets(st.integers(0, 11)), st.sets(st.integers(0, 11)))
def test_bands_part_the_candidates_and_move_nothing_else(
    scores: list[float], called: set[int], later: set[int]
) -> None:
    before = ranked(scores)
    rows = [entry.candidate.row for entry in before]
    parts = [[row for row in rows if row in called - later], [row for row in rows if row not in called | later]]
    parts.append([row for row in rows if row in later])
    assert [[entry.candidate.row for entry in band] for band in bands(before, called, later)] == list(
        filter(None, parts)
    )
