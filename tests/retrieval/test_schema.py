from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.catalog import SchemaBuilder, infer_schema
from retrieval.errors import CatalogError
from retrieval.items import Item, Value
from retrieval.schema import FIELD_TYPES, Field, Schema, declared_schema, load_schema, write_schema
from retrieval.spelling.fitting import fit
from retrieval.text import inference
from tests.support.places import ROOT


def items_with(*values: Value) -> list[Item]:
    return [
        Item(id=str(number), title=f"Item {number}", attributes={"x": value}) for number, value in enumerate(values)
    ]


def field_of(*values: Value) -> Field:
    field = infer_schema(items_with(*values)).find("x")
    assert field is not None
    return field


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        ((1, 2), "integer"),
        ((1.0, 2), "integer"),
        ((1, 2.5), "number"),
        ((True, False), "boolean"),
        ((True, 1), "text"),
        ((1, "one"), "text"),
        (("red", "blue"), "category"),
        ((("red",), ("blue", "red")), "list"),
        ((("red",), "blue"), "list"),
        (("1999-12-31", "2000-01-01T10:00:00Z"), "date"),
        (("1999-12-31", "2000"), "category"),
        (("1999-13-31", "2000-01-01"), "category"),
        (("long " * 30, "longer " * 30), "text"),
    ],
)
def test_type_is_the_narrowest_that_all_values_fit(values: tuple[Value, ...], type_: str) -> None:
    assert field_of(*values).type == type_


def test_strings_that_hardly_repeat_are_text() -> None:
    assert field_of(*(f"name {n}" for n in range(200))).type == "text"
    assert field_of(*(f"name {n // 2}" for n in range(200))).type == "category"


def test_one_overlong_value_does_not_make_a_category_text() -> None:
    field = field_of(*(["red", "blue"] * 100), "x" * 500)
    assert (field.type, field.values) == ("category", None)


@pytest.mark.parametrize(
    "values",
    [
        ["https://example.org/1", "https://example.org/2"],
        ["d41d8cd98f00b204e9800998ecf8427e"] * 3,
        ["123e4567-e89b-12d3-a456-426614174000"] * 2,
    ],
)
def test_addresses_and_hashes_are_of_no_use(values: list[str]) -> None:
    field = field_of(*values)
    assert not field.filterable
    assert not field.searchable


@pytest.mark.parametrize("name", ["imdb_id", "id", "imageUrl", "url", "parentId", "file-hash"])
def test_columns_named_like_ids_are_of_no_use(name: str) -> None:
    field = infer_schema([Item("1", "t", attributes={name: 5})]).fields[name]
    assert not field.filterable
    assert not field.searchable


@pytest.mark.parametrize("name", ["width", "bid", "Grid", "n_ratings", "kid"])
def test_other_names_are_not_taken_for_ids(name: str) -> None:
    assert infer_schema([Item("1", "t", attributes={name: 5})]).fields[name].filterable


def test_built_in_fields_have_their_types_and_ranges() -> None:
    schema = infer_schema([Item("1", "a", "b", "Vases", 5), Item("2", "a", "", "Bowls", 2.5)])
    assert list(schema.fields) == ["title", "description", "category", "price"]
    assert schema.fields["category"].values == ("Bowls", "Vases")
    assert (schema.fields["price"].minimum, schema.fields["price"].maximum) == (2.5, 5.0)
    assert not schema.fields["description"].filterable


def test_long_list_entries_are_searched_but_not_filtered() -> None:
    field = field_of(("three cups of flour, sifted twice, and a little more for the board and the pin",))
    assert (field.type, field.filterable, field.searchable) == ("list", False, True)


def test_value_all_items_share_is_not_searched() -> None:
    field = field_of(*["museum"] * 30)
    assert (field.filterable, field.searchable) == (True, False)


def test_declared_field_keeps_its_type_and_learns_its_values() -> None:
    declared = Schema([Field("x", "category", filterable=False, searchable=False, hidden=True, unit="cm")])
    field = infer_schema(items_with("a", "b"), declared).fields["x"]
    assert field == Field("x", "category", False, False, hidden=True, unit="cm", values=("a", "b"))


def test_memory_is_bounded_by_dropping_values_and_rare_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "_MAX_DISTINCT", 10)
    monkeypatch.setattr(inference, "MAX_FIELDS", 2)
    builder = SchemaBuilder()
    for number in range(40):
        builder.add(Item(str(number), "t", attributes={"many": f"v{number // 2}", f"rare{number}": 1}))
    schema = builder.build()
    assert list(schema.fields) == ["title", "many"]
    assert schema.fields["many"].type == "text"


def test_names_are_found_in_any_case_but_exactly_first() -> None:
    schema = Schema([Field.of("Color", "category"), Field.of("color", "text")])
    assert [schema.find(name).type for name in ("Color", "color", "COLOR")] == [  # type: ignore[union-attr]
        "category",
        "text",
        "category",
    ]
    assert schema.find("colour") is None


single = st.one_of(st.text(max_size=3), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(-1e300, 1e300))
values_of_any_kind = st.one_of(single, st.lists(st.text(max_size=3)).map(tuple), st.dates().map(str))


@settings(deadline=None)
@given(st.lists(values_of_any_kind, min_size=1, max_size=5))
def test_every_value_fits_the_type_inferred_from_it(values: list[Value]) -> None:
    field = field_of(*values)
    for value in values:
        fit(value, field)


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
fields = st.builds(
    Field,
    name=names.filter(lambda name: name not in ("title", "description", "category", "price")),
    type=st.sampled_from(FIELD_TYPES),
    filterable=st.booleans(),
    searchable=st.booleans(),
    hidden=st.booleans(),
    unit=st.none() | names,
    decimal=st.sampled_from([None, "point", "comma"]),
    separator=st.sampled_from([None, "|", ";", ",", "json"]),
    order=st.sampled_from([None, "day", "month"]),
    values=st.none() | st.lists(names, min_size=1, max_size=4).map(tuple),
    minimum=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    maximum=st.none() | st.floats(allow_nan=False, allow_infinity=False),
)


@settings(deadline=None)
@given(st.lists(fields, max_size=5, unique_by=lambda field: field.name))
def test_written_schema_is_read_back(tmp_path_factory: pytest.TempPathFactory, some: list[Field]) -> None:
    path = tmp_path_factory.mktemp("schema") / "catalog.schema.yaml"
    write_schema(Schema(some), path)
    assert load_schema(path) == Schema(some)


def test_short_declaration_takes_the_usual_uses(tmp_path: Path) -> None:
    (tmp_path / "catalog.schema.yaml").write_text("fields:\n  year: {type: integer}\n  notes: {type: text}\n")
    expected = Schema([Field("year", "integer", True, False), Field("notes", "text", False, True)])
    assert declared_schema(tmp_path / "catalog.jsonl") == expected
    assert declared_schema(tmp_path) == expected
    assert declared_schema(tmp_path / "sub" / "catalog.jsonl") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "does not hold a schema"),
        ("field: {}", "does not hold a schema"),
        ("fields: [a]", "does not hold a schema"),
        ("fields:\n  a: {type: [\n", "line 3"),
        ("a: &a\nb: *c", "line 2"),
        ("fields: {1999: {type: text}}", "field name 1999 is not text"),
        ("fields: {yes: {type: text}}", "field name True is not text"),
        ("fields: {a: text}", "'a' is 'text', not a set of keys. Write for example '{type: integer}'"),
        ("fields: {a: {}}", "'a' has the type None. Allowed are: text, category, number"),
        ("fields: {a: {type: float}}", "'a' has the type 'float'. Allowed are: text, category, number"),
        ("fields: {a: {type: text, filtrable: true}}", "unknown key 'filtrable'. Allowed are: type, filterable"),
        ("fields: {a: {type: text, hidden: 1}}", "has hidden: 1. Write true or false"),
        ("fields: {a: {type: number, unit: 5}}", "has unit: 5"),
        ("fields: {a: {type: number, minimum: low}}", "has minimum: 'low'. Write a number"),
        ("fields: {a: {type: category, values: [no]}}", "Put each value in quotation marks"),
        ("fields: {price: {type: text}}", "'price' has the type 'text'. This field is always of type number"),
        ("!!python/object:os.system {}", "line 1"),
        ("fields: {a: {type: category, values: [" + "a," * 300 + "]}}", "lists 300 values"),
    ],
)
def test_invalid_schema_is_refused_with_its_place_and_what_is_allowed(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "catalog.schema.yaml"
    path.write_text(text)
    with pytest.raises(CatalogError) as error:
        load_schema(path)
    assert words in str(error.value)
    assert str(path) in error.value.what


def test_schema_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalog.schema.yaml"
    path.write_bytes(b"fields: {caf\xe9: {type: text}}")
    with pytest.raises(CatalogError, match="Save it as UTF-8"):
        load_schema(path)


def test_schema_file_of_absurd_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalog.schema.yaml"
    path.write_bytes(b"#" * (9 * 2**20))
    with pytest.raises(CatalogError, match="larger than"):
        load_schema(path)


def test_schema_of_the_documentation_is_valid(tmp_path: Path) -> None:
    documentation = (ROOT / "docs" / "catalog.md").read_text(encoding="utf-8")
    path = tmp_path / "catalog.schema.yaml"
    path.write_text(documentation.partition("```yaml\n")[2].partition("```")[0])
    assert list(load_schema(path).fields) == ["year", "price", "tags", "buyer"]


def test_where_the_columns_come_from_is_kept_and_read_back(tmp_path: Path) -> None:
    schema = Schema([Field.of("title", "text")], {"title": "Name", "id": "Nr."}, "keep")
    write_schema(schema, tmp_path / "s.yaml")
    assert load_schema(tmp_path / "s.yaml") == schema
    assert schema != Schema(schema.fields.values())
    assert schema.with_fields([]) == Schema([], {"title": "Name", "id": "Nr."}, "keep")


@pytest.mark.parametrize(
    "text", ["columns: [a]", "columns: {title: 3}", "columns: {title: ''}", "variants: both", "x: 1"]
)
def test_columns_and_variants_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(CatalogError):
        load_schema(tmp_path / "s.yaml")


def test_columns_alone_are_a_schema(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("columns: {title: Name}\nvariants: join\n")
    assert load_schema(tmp_path / "s.yaml").columns == {"title": "Name"}
