"""Filterable fields as arrays."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.errors import FilterError
from retrieval.filters.columns import FilterColumns
from retrieval.filters.conditions import Filter
from retrieval.items import Item, Value
from retrieval.schema import Field, Schema

SCHEMA = Schema(
    [
        Field.of("price", "number"),
        Field.of("year", "integer"),
        Field.of("made", "date"),
        Field.of("tags", "list"),
        Field.of("maker", "category"),
        Field("note", "text", False, True),
    ]
)


def thing(name: str, price: float | None = None, **attributes: Value) -> Item:
    return Item(name, name, price=price, attributes=attributes)


THINGS = [
    thing("a", 5.0, year=1650, tags=("red", "Blue"), maker="Ann"),
    thing("b", None, year="unknown", made="2000-01-02"),
    thing("c", 2.5, tags=("blue",), maker="ANN"),
]


@pytest.fixture
def columns() -> FilterColumns:
    return FilterColumns.build(THINGS, SCHEMA)


def test_numbers_come_with_the_rows_of_the_items_that_have_them(columns: FilterColumns) -> None:
    for field, rows, values in (
        ("price", [0, 2], [5.0, 2.5]),
        ("year", [0], [1650.0]),
        ("made", [1], [float(date(2000, 1, 2).toordinal())]),
    ):
        numbers = columns.numbers(field)
        assert numbers is not None
        assert (numbers[0].tolist(), numbers[1].tolist()) == (rows, values)


def test_words_and_unknown_fields_have_no_numbers(columns: FilterColumns) -> None:
    assert columns.numbers("maker") is None
    assert columns.numbers("note") is None
    assert columns.numbers("nowhere") is None


def test_an_entry_of_a_list_counts_for_its_item(columns: FilterColumns) -> None:
    assert columns.mask(Filter("tags", "has", ("blue",))).tolist() == [True, False, True]
    assert columns.mask(Filter("tags", "has not", ("red",))).tolist() == [False, True, True]


def test_a_word_that_no_item_has_is_met_by_none_and_its_denial_by_all(columns: FilterColumns) -> None:
    assert columns.mask(Filter("maker", "=", ("Zoe",))).tolist() == [False] * 3
    assert columns.mask(Filter("maker", "not in", ("Zoe", "Yan"))).tolist() == [True] * 3
    assert columns.mask(Filter("maker", "in", ("Zoe", "ann"))).tolist() == [True, False, True]


def test_a_field_that_may_not_be_filtered_on_is_refused(columns: FilterColumns) -> None:
    with pytest.raises(FilterError, match="'note' cannot be filtered on"):
        columns.mask(Filter("note", "=", ("x",)))


def test_changed_items_lose_what_they_had_and_new_ones_follow(columns: FilterColumns) -> None:
    changed = columns.changed({0: thing("a", 9.0, tags=("green",)), 3: thing("d", 1.0, maker="Zoe")}, 4, SCHEMA)
    assert changed.n_items == 4
    assert changed.mask(Filter("price", ">", (4.0,))).tolist() == [True, False, False, False]
    assert changed.mask(Filter("tags", "has", ("red",))).tolist() == [False] * 4
    assert changed.mask(Filter("tags", "has any", ("green", "blue"))).tolist() == [True, False, True, False]
    assert changed.mask(Filter("maker", "!=", ("ann",))).tolist() == [True, True, False, True]
    assert columns.mask(Filter("price", ">", (4.0,))).tolist() == [True, False, False]  # these stay as they were


def test_a_field_that_comes_with_new_items_has_a_column_from_then_on(columns: FilterColumns) -> None:
    wider = Schema([*SCHEMA.fields.values(), Field.of("heavy", "boolean")])
    changed = columns.changed({3: thing("d", heavy=True)}, 4, wider)
    assert changed.mask(Filter("heavy", "=", (True,))).tolist() == [False, False, False, True]


def test_no_items_have_columns_that_mask_nothing() -> None:
    empty = FilterColumns.build([], SCHEMA)
    assert empty.mask(Filter("maker", "!=", ("ann",))).shape == (0,)
