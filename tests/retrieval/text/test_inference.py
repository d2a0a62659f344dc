"""Schemas learnt from items, and kept when more items come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.items import Item, Value
from retrieval.schema import MAX_VALUES, Field, Schema
from retrieval.text import inference
from retrieval.text.inference import SchemaBuilder, extend_schema, infer_schema


def things(*values: Value | None, name: str = "x") -> list[Item]:
    return [Item(str(at), "t", attributes={} if value is None else {name: value}) for at, value in enumerate(values)]


def test_new_items_widen_ranges_and_values_and_bring_new_fields() -> None:
    before = infer_schema([*things(3, 7, name="size"), *things("red", "blue", name="colour")])
    after = extend_schema(before, [Item("9", "t", attributes={"size": 12, "colour": "green", "heavy": True})])
    assert list(after.fields) == [*before.fields, "heavy"]
    assert (after.fields["size"].minimum, after.fields["size"].maximum) == (3.0, 12.0)
    assert after.fields["colour"].values == ("blue", "green", "red")
    assert after.fields["heavy"].type == "boolean"


def test_what_comes_later_changes_no_type_and_no_use() -> None:
    before = Schema([replace(Field.of("x", "integer"), filterable=False, hidden=True, minimum=1.0, maximum=2.0)])
    after = extend_schema(before, things("many", 2.5)).fields["x"]
    assert (after.type, after.filterable, after.hidden) == ("integer", False, True)


def test_a_field_that_nobody_names_again_stays_as_it_was() -> None:
    before = infer_schema(things("red", "blue"))
    assert extend_schema(before, [Item("9", "another title")]) == before


def test_the_values_of_an_open_field_stay_open_and_too_many_open_a_closed_one() -> None:
    opened = Schema([Field("x", "category", True, True, values=None)])
    assert extend_schema(opened, things("red")).fields["x"].values is None
    full = Schema([Field("x", "category", True, True, values=tuple(f"v{n:03}" for n in range(MAX_VALUES)))])
    assert extend_schema(full, things("v000")).fields["x"].values == full.fields["x"].values
    assert extend_schema(full, things("one more")).fields["x"].values is None


def test_fields_beyond_the_limit_are_not_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "MAX_FIELDS", 3)
    before = infer_schema(things(1, 2))
    items = [Item("9", "t", attributes={"often": 1, "seldom": 1}), Item("10", "t", attributes={"often": 1})]
    assert list(extend_schema(before, items).fields) == [*before.fields, "often"]


def test_fields_come_declared_first_then_built_in_then_the_most_frequent() -> None:
    items = [*things(1, 2, name="seldom"), *things(1, 2, 3, name="often"), *things(1, 2, name="also seldom")]
    schema = infer_schema(items, Schema([Field.of("declared", "text")]))
    assert list(schema.fields) == ["declared", "title", "often", "also seldom", "seldom"]


@pytest.mark.parametrize(("value", "type_"), [(2**53, "integer"), (float(2**53), "integer"), (1e17, "number")])
def test_a_float_is_whole_only_where_it_tells_neighbours_apart(value: float, type_: str) -> None:
    assert infer_schema(things(value)).fields["x"].type == type_


def test_a_field_with_too_many_values_becomes_text_and_costs_others_none_of_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inference, "_MAX_DISTINCT", 4)
    builder = SchemaBuilder()
    for item in [*things(*"abcde", name="dropped"), *things(*"abc", name="kept")]:
        builder.add(item)
    fields = builder.build().fields
    assert fields["dropped"].type == "text"
    assert (fields["kept"].type, fields["kept"].values) == ("category", ("a", "b", "c"))


def test_the_currency_of_all_prices_is_their_unit_and_of_some_is_none() -> None:
    priced = [Item(str(at), "x", price=1.0, currency="EUR") for at in range(2)]
    assert infer_schema(priced).fields["price"].unit == "EUR"
    assert infer_schema([*priced, Item("9", "x", price=1.0)]).fields["price"].unit is None
    assert infer_schema([*priced, Item("9", "x", price=1.0, currency="$")]).fields["price"].unit is None
    assert infer_schema([*priced, Item("9", "x")]).fields["price"].unit == "EUR"
