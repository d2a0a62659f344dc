"""Single conditions: how values are compared, and how a condition is written."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.filters.conditions import MANY, NEGATIVE, OPS_OF, ORDERED, Filter, FilterValue, Op, keys_of, kind_of
from retrieval.items import Item, Value
from retrieval.schema import FIELD_TYPES, FieldType


@pytest.mark.parametrize(
    ("value", "kind", "keys"),
    [
        ("Straße", str, ("strasse",)),
        (("Red", "BLUE"), str, ("red", "blue")),
        (5, str, ()),
        (5, float, (5.0,)),
        ("5", float, ()),
        (True, float, ()),
        (True, bool, (1.0,)),
        (1, bool, ()),
        ("1999-12-31T23:59", date, (float(date(1999, 12, 31).toordinal()),)),
        ("1999-13-01", date, ()),
        (1999, date, ()),
        (None, str, ()),
        (None, float, ()),
    ],
)
def test_a_value_is_compared_only_by_filters_of_its_own_kind(
    value: Value | None, kind: type, keys: tuple[object, ...]
) -> None:
    assert keys_of(value, kind) == keys


@pytest.mark.parametrize(
    ("field", "op", "values", "text"),
    [
        ("price", "<=", (50.0,), "price<=50"),
        ("price", "in", (1.5, 2.0), "price in 1.5, 2"),
        ("year", "..", (1600.0, 1700.0), "year 1600..1700"),
        ("in_stock", "!=", (True,), "in_stock!=true"),
        ("made", ">", (date(1999, 12, 31),), "made>1999-12-31"),
        ("tags", "has not", ("water",), "tags has not water"),
        ("tags", "has any", ("a, b", "c"), 'tags has any "a, b", c'),
        ("tags", "has", ("not this",), 'tags has "not this"'),
        ("tags", "has", ("nothing",), "tags has nothing"),
        ("maker", "=", ('5" disk',), 'maker=5" disk'),
        ("maker", "=", ('"no" way',), 'maker="""no"" way"'),
        ("maker", "=", (" x",), 'maker=" x"'),
        ("maker", "=", ("\u0301x",), 'maker="\u0301x"'),
        ("display size", ">", (5.0,), '"display size">5'),
    ],
)
def test_a_condition_is_written_so_that_it_can_be_read_again(
    field: str, op: Op, values: tuple[FilterValue, ...], text: str
) -> None:
    assert str(Filter(field, op, values)) == text


SAMPLES: dict[FieldType, tuple[FilterValue, FilterValue]] = {
    "number": (1.0, 2.0),
    "integer": (1.0, 2.0),
    "date": (date(2000, 1, 1), date(2001, 1, 1)),
    "category": ("red", "blue"),
    "text": ("red", "blue"),
    "boolean": (True, False),
    "list": ("red", "blue"),
}
HELD: dict[FieldType, Value] = {
    "number": 1.0,
    "integer": 1,
    "date": "2000-01-01",
    "category": "Red",
    "text": "RED",
    "boolean": True,
    "list": ("green", "red"),
}


@pytest.mark.parametrize(("type_", "op"), [(type_, op) for type_ in OPS_OF for op in OPS_OF[type_]])
def test_every_operator_of_every_type_tells_items_apart_and_leaves_out_those_without_a_value(
    type_: FieldType, op: Op
) -> None:
    first, second = SAMPLES[type_]
    condition = Filter("x", op, (first, second) if op == ".." or op in MANY else (first,))
    meets = condition.matches(Item("1", "t", attributes={"x": HELD[type_]}))
    assert meets == (op in ("=", "<=", ">=", "..", "in", "has", "has any"))
    assert condition.matches(Item("2", "t")) == (op in NEGATIVE)


def test_every_type_of_field_has_operators_and_a_kind_of_value() -> None:
    assert set(OPS_OF) == set(FIELD_TYPES)
    for type_, (value, _) in SAMPLES.items():
        assert isinstance(value, kind_of(type_))
    assert set(ORDERED) & NEGATIVE == set()
