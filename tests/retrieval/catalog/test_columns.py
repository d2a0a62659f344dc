"""Columns of whole catalogs: decided by all their cells, told once each, and kept for what comes later."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.catalog import infer_schema, read_catalog
from retrieval.catalog.columns import decide
from retrieval.catalog.media_paths import MediaFolder
from retrieval.catalog.row_reader import RowReader
from retrieval.errors import CatalogError
from retrieval.items import Item
from retrieval.schema import Field, Schema, load_schema, write_schema
from tests.support.catalogs import only_item, read, write_csv, write_rows

TABLE = """\
id;title;price;Breite;Gewicht;bio;erschienen;tags;Jahr
1;Topf;1.299;1,5;900 g;ja;31/12/1999;rot|blau;1950
2;Krug;1.299,00;12,25;1,5 kg;nein;01/02/2005;rot;unbekannt
3;Tasse;899,50;4;2 kg;ja;05/06/2010;-;1970
4;Teller;auf Anfrage;4;2 kg;ja;05/06/2010;;1980
5;Schale;12 €;4;2 kg;ja;05/06/2010;gr\u00fcn|rot;1990
"""


def schema_of(path: Path) -> Schema:
    catalog = read_catalog(path)
    items = [row for row in catalog if isinstance(row, Item)]
    return infer_schema(items, catalog.schema, catalog.columns.fields)


def test_a_table_is_read_by_the_customs_of_its_columns(tmp_path: Path) -> None:
    items, problems = read(write_csv(tmp_path, TABLE))
    assert [item.price for item in items] == [1299.0, 1299.0, 899.5, None, 12.0]
    assert dict(items[0].attributes) == {
        "Breite": 1.5, "Gewicht": 0.9, "bio": True, "erschienen": "1999-12-31", "tags": ("rot", "blau"), "Jahr": 1950,
    }  # fmt: skip
    assert "tags" not in items[2].attributes
    assert "Jahr" not in items[1].attributes
    assert [str(problem) for problem in problems] == [
        "line 2, degraded: Jahr: 1 of 5 values are no numbers: 'unbekannt'."
        " They were left out; correct them, or declare the column as text."
    ]


def test_the_schema_keeps_the_customs_and_what_is_put_later_is_read_by_them(tmp_path: Path) -> None:
    write_schema(schema_of(write_csv(tmp_path, TABLE)), tmp_path / "workspace.yaml")
    schema = load_schema(tmp_path / "workspace.yaml")
    fields = schema.fields
    assert (fields["price"].decimal, fields["Gewicht"].unit, fields["Gewicht"].decimal) == ("comma", "kg", "comma")
    assert (fields["tags"].separator, fields["erschienen"].order, fields["bio"].type) == ("|", "day", "boolean")
    row = {"id": "9", "title": "Neu", "price": "2.499", "Gewicht": "250 g", "tags": "a|b", "erschienen": "03/04/2020"}
    item, flaws = RowReader(MediaFolder(tmp_path), schema).read(row)
    assert (item.price, flaws) == (2499.0, [])
    assert dict(item.attributes) == {"Gewicht": 0.25, "tags": ("a", "b"), "erschienen": "2020-04-03"}


def test_a_declared_column_is_read_as_declared_and_told_row_by_row(tmp_path: Path) -> None:
    (tmp_path / "catalog.schema.yaml").write_text(
        "fields:\n  Jahr: {type: integer}\n  tags: {type: text}\n  Breite: {type: number, decimal: comma}\n", "utf-8"
    )
    items, problems = read(write_csv(tmp_path, TABLE))
    assert (items[0].attributes["tags"], items[0].attributes["Breite"]) == ("rot|blau", 1.5)
    assert [(problem.line, problem.id, problem.kind) for problem in problems] == [(3, "2", "wrong type")]


def test_a_custom_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "catalog.schema.yaml").write_text("fields: {x: {type: number, decimal: dot}}")
    with pytest.raises(CatalogError, match="decimal: 'dot'"):
        read(write_csv(tmp_path, TABLE))


def test_the_same_catalog_under_another_schema_keeps_what_was_found_out(tmp_path: Path) -> None:
    catalog = read_catalog(write_csv(tmp_path, TABLE))
    again = catalog.under(schema_of(catalog.path))
    assert again.columns is catalog.columns
    rows = list(again)
    assert sum(isinstance(row, Item) for row in rows) == 5
    assert str(rows[0]).startswith("line 2, degraded: Jahr: 1 of 5")
    assert str(again.summary) == "5 items"


def test_text_of_a_format_that_knows_numbers_stays_text_unless_its_column_has_both(tmp_path: Path) -> None:
    rows = [{"id": at, "title": "x", "code": "12", "year": 1950 + at} for at in range(9)]
    path = write_rows(tmp_path, *rows, {"id": 99, "title": "x", "code": "13", "year": "c. 1970"})
    fields = schema_of(path).fields
    assert (fields["code"].type, fields["year"].type) == ("category", "integer")


def test_dates_that_read_either_way_are_told(tmp_path: Path) -> None:
    text = "id,title,released\n1,a,01/02/2005\n2,b,03/04/2006\n"
    _, (problem,) = read(write_csv(tmp_path, text))
    assert (problem.kind, problem.severity) == ("dates", "noted")
    schema = Schema([Field("released", "date", True, False, order="month")])
    items, _ = read(write_csv(tmp_path, text), schema=schema)
    assert items[0].attributes["released"] == "2005-01-02"


def test_columns_without_cells_are_not_there(tmp_path: Path) -> None:
    assert decide([], None, typed=False).fields == {}
    assert only_item(write_csv(tmp_path, "id,title,empty\n1,x,\n")).attributes == {}


def test_markup_stands_in_no_value_and_the_cell_is_kept_as_it_came(tmp_path: Path) -> None:
    text = (
        'id,title,description,care\n1,Cup &amp; Saucer,"<p>One.</p><p>Two.</p>",<b>Wash</b> cold\n2,AT&T,size < 40,\n'
    )
    first, second = read(write_csv(tmp_path, text))[0]
    assert (first.title, first.description, first.attributes["care"]) == ("Cup & Saucer", "One.\nTwo.", "Wash cold")
    assert first.raw == {
        "title": "Cup &amp; Saucer", "description": "<p>One.</p><p>Two.</p>", "care": "<b>Wash</b> cold",
    }  # fmt: skip
    assert (second.title, second.description, second.raw) == ("AT&T", "size < 40", {})


def test_a_file_of_another_encoding_is_read_and_told_once(tmp_path: Path) -> None:
    path = tmp_path / "catalog.csv"
    path.write_bytes("id;title\n1;Blaue Schüssel\n2;Große Töpfe\n".encode("cp1252"))
    items, (problem,) = read(path)
    assert [item.title for item in items] == ["Blaue Schüssel", "Große Töpfe"]
    assert problem.reason == "The file is not UTF-8; it was read as Windows-1252."
    items, problems = read(path, encoding="cp1252", strict=True)
    assert (items[1].title, problems) == ("Große Töpfe", [])
    assert read(path, strict=True)[0] == items
    with pytest.raises(CatalogError, match="There is no encoding 'elvish'"):
        read(path, encoding="elvish")


@pytest.mark.parametrize("packed", ["\r", "\r\n", "\n"])
def test_lines_may_end_as_any_machine_ends_them(tmp_path: Path, packed: str) -> None:
    items, problems = read(write_csv(tmp_path, packed.join(["id,title", "1,Cup", "2,Pot", ""])))
    assert ([item.title for item in items], problems) == (["Cup", "Pot"], [])
