"""Orders: items put into one, and what is told where no field tells it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.orders.order import Order, Trend, ranked

VALUES = np.array([30.0, np.nan, 10.0, 30.0, 20.0, np.nan])
ROWS = np.arange(6)


@pytest.mark.parametrize(
    ("direction", "rows"), [("asc", [2, 4, 0, 3, 1, 5]), ("desc", [0, 3, 4, 2, 1, 5]), ("mid", [4, 0, 3, 2, 1, 5])]
)
def test_known_values_come_in_their_order_equal_ones_as_before_and_unknown_ones_last(
    direction: Trend, rows: list[int]
) -> None:
    assert ranked(ROWS, VALUES, direction).tolist() == rows


def test_the_middle_third_stays_as_it_was_and_one_dear_item_moves_no_middle() -> None:
    values = np.array([10.0, 9000.0, 25.0, 20.0, 30.0, 15.0])
    assert ranked(ROWS, values, "mid").tolist()[:2] == [2, 3]


def test_only_the_rows_that_are_given_are_ranked() -> None:
    assert ranked(np.array([3, 2]), VALUES, "asc").tolist() == [2, 3]
    assert ranked(np.array([1, 5]), VALUES, "mid").tolist() == [1, 5]


@given(st.lists(st.floats(allow_nan=True, width=32), max_size=20), st.sampled_from(["asc", "desc", "mid"]))
def test_a_ranking_is_a_permutation(values: list[float], direction: Trend) -> None:
    rows = ranked(np.arange(len(values)), np.array(values, dtype=np.float64), direction)
    assert sorted(rows.tolist()) == list(range(len(values)))


def test_what_no_field_tells_is_said() -> None:
    order = Order(None, "price", "asc", "kind", "cheapest", 0, 8)
    assert order.note is not None
    assert "cheapest" in order.note
    assert order.note.text_in("zh") != order.note
    assert Order("price", "price", "asc", "kind", "cheapest", 0, 8).note is None
