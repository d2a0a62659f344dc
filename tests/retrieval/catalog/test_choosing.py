"""Which column is which, in tables of no known export: by name in five languages, by content, and as it was said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from retrieval.catalog import contents, synonyms
from retrieval.catalog.choosing import Layout, choose_layout
from retrieval.catalog.taken import ROLES, Taken
from retrieval.errors import CatalogError
from tests.support.places import ROOT

FILE: Path = ROOT / "tests" / "retrieval" / "catalog" / "tables.yaml"
TABLES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def seen(table: Mapping[str, Any]) -> bool:
    """Whether a table is of the half that was looked at; the other half tells how it goes with tables to come."""
    return hashlib.sha256("|".join(table["head"]).encode()).digest()[0] % 2 == 0


def rows_of(table: Mapping[str, Any]) -> list[dict[str, object]]:
    return [dict(zip(table["head"], row, strict=True)) for row in table["rows"]]


def taken_of(layout: Layout) -> dict[str, str]:
    return {role: names[0] for role, names in layout.taken.columns.items()}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: " ".join(table["head"][:2]))
def test_columns_are_told_by_name_or_content(table: Mapping[str, Any]) -> None:
    if table.get("refused"):
        with pytest.raises(CatalogError, match="tells the rows apart"):
            choose_layout(rows_of(table))
        return
    assert taken_of(choose_layout(rows_of(table))) == table["is"]


def test_there_are_tables_of_all_languages_and_of_both_halves() -> None:
    assert len(TABLES) >= 30
    assert min(sum(map(seen, TABLES)), sum(not seen(table) for table in TABLES)) >= 10
    assert all(set(synonyms.LANGUAGES) <= set(entry) for entry in yaml.safe_load(COLUMNS.read_text()).values())


COLUMNS = Path(synonyms.__file__).with_name("columns.yaml")


def test_no_name_stands_for_two_roles() -> None:
    known = synonyms.synonyms()
    twins = {name for role in ROLES for other in ROLES if role < other for name in {*known[role]} & {*known[other]}}
    # a product may be told by its name alone, and a text may be all that is said of it
    assert twins <= {"number", "numero"}


def test_what_was_said_counts_and_is_spelled_as_the_catalog_does() -> None:
    rows: list[dict[str, object]] = [{"Nr": 1, "Ware": "Lampe", "Name": "L"}, {"Nr": 2, "Ware": "Stuhl", "Name": "S"}]
    layout = choose_layout(rows, {"title": "ware", "maker": "Name"})
    assert layout.columns == {"title": "Ware", "maker": "Name", "id": "Nr"}
    assert layout.taken.how == {"title": "given", "maker": "given", "id": "synonym"}


def test_a_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(CatalogError, match="no column 'Nmae'") as caught:
        choose_layout([{"id": 1, "Name": "x"}], {"title": "Nmae"})
    assert "'Name'" in caught.value.hint


def test_what_was_taken_before_counts_where_all_of_it_is_there() -> None:
    rows: list[dict[str, object]] = [
        {"key": 1, "Name": "x", "Other": "Lamp"},
        {"key": 2, "Name": "y", "Other": "Chair"},
    ]
    assert choose_layout(rows, remembered={"title": "Other"}).columns["title"] == "Other"
    assert choose_layout(rows, remembered={"title": "Other", "id": "gone"}).columns["title"] == "Name"


def test_our_own_columns_are_left_as_they_are_and_nothing_is_guessed_beside_them() -> None:
    layout = choose_layout([{"ID": 1, "Title": "x", "words": "a long text " * 9, "images": ["a.jpg"]}])
    assert layout.columns == {}
    assert layout.id_name == "ID"
    assert taken_of(layout) == {"id": "ID", "title": "Title", "image": "images"}


def test_a_price_within_attributes_is_a_price() -> None:
    layout = choose_layout([{"id": 1, "title": "x", "cost": 3, "attributes": {"price": 5}}])
    assert layout.columns == {}
    assert taken_of(layout)["price"] == "attributes.price"


def test_what_is_missing_is_warned_of_with_likely_columns() -> None:
    rows: list[dict[str, object]] = [
        {"id": at, "description": "Some words.", "value": at * 1.5, "weight": 3, "kind": "box"} for at in range(3)
    ]
    warnings = choose_layout(rows).taken.warnings
    assert [warning.split(".")[0] for warning in warnings] == [
        "No column was taken for the title, so titles are the first words of descriptions",
        "No column was taken for the price",
    ]
    assert "'kind'" in warnings[0]
    assert "--map price=value takes one" in warnings[1]
    assert "weight" not in warnings[1]


def test_it_is_told_in_one_line() -> None:
    taken = Taken("", {"id": ("a",), "title": ("b", "c")}, {"id": "content"})
    assert str(taken) == (
        "Columns: id from 'a' (a guess by its values); title from 'b' or 'c'; no description; no price; no picture."
    )
    assert "\n" not in str(Taken("Shopify", variants="keep"))


def test_numbers_that_are_no_prices_are_known_by_name() -> None:
    assert synonyms.is_no_price("Weight (kg)")
    assert synonyms.is_no_price("lager_bestand")
    assert not synonyms.is_no_price("Preis")
    column = contents.SampledColumn("x", ["12.50", "3.20"], 2)
    assert contents.by_content([column], ["price"]) == {"price": "x"}
    assert contents.may_be("price", column)
    assert not contents.may_be("image", column)
