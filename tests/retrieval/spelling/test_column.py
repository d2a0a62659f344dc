"""Columns of odd tables, typed as a person would."""

from __future__ import annotations

from typing import Any

import pytest

from retrieval.schema import Field
from retrieval.spelling.column import Column
from retrieval.spelling.fitting import fit
from retrieval.spelling.list_marks import ListMarks
from retrieval.spelling.missing import is_missing
from tests.retrieval.spelling.cases import cases


def column(*cells: object, name: str = "x") -> Column:
    seen = Column(name)
    for cell in cells:
        seen.add(cell)
    return seen


def value_of(cell: str, field: Field | None) -> object:
    if is_missing(cell) or not cell.strip():
        return None
    try:
        value = fit(cell, field) if field else cell
    except ValueError:
        return None
    return list(value) or None if isinstance(value, tuple) else value


@pytest.mark.parametrize("table", cases("tables"), ids=lambda table: f"{table['name']}-{table['cells'][0]}")
def test_a_column_is_what_most_of_its_cells_are(table: dict[str, Any]) -> None:
    field = column(*table["cells"], name=table["name"]).decide()
    assert (field.type if field else "category") == table["type"]
    assert [value_of(cell, field) for cell in table["cells"]] == table["values"]
    assert (field.unit if field else None) == table.get("unit")


def test_one_cell_of_another_kind_costs_itself_and_is_named() -> None:
    years = column(*(str(1900 + at) for at in range(40)), "unknown", "n/a", "", name="year")
    field = years.decide()
    assert field is not None
    assert field.type == "integer"
    assert years.misfits(field.type) == (1, ("unknown",))


def test_a_column_of_numbers_and_words_is_text_unless_its_name_says_numbers() -> None:
    cells = ["1", "2", "3", "many", "few"]
    assert column(*cells, name="how").decide() is None
    field = column(*cells, name="quantity").decide()
    assert field is not None
    assert field.type == "integer"


def test_three_digits_behind_a_point_go_by_the_other_columns() -> None:
    bare = column("1.299", "2.499", name="Preis je Meter")
    assert (own := bare.decide("comma")) is not None
    assert (own.type, own.decimal) == ("integer", "comma")
    assert (own := bare.decide("point")) is not None
    assert (own.type, own.decimal) == ("number", "point")


def test_dates_that_read_either_way_stay_text_until_one_tells() -> None:
    assert column("01/02/2005", "03/04/2006", name="released").decide() is None
    assert column("01/02/2005", "03/04/2006", name="released").open_days
    field = column("01/02/2005", "25/04/2006", name="released").decide()
    assert field is not None
    assert field.order == "day"


def test_text_is_given_up_on_early_and_a_late_number_changes_nothing() -> None:
    words = column(*(f"word {at}x" for at in range(2_000)), "5", "6")
    assert words.decide() is None


def test_a_column_of_json_with_numbers_and_a_text_is_one_of_numbers() -> None:
    field = column(1950, 1960, "c. 1970", name="year").decide()
    assert field is not None
    assert field.type == "integer"


@pytest.mark.parametrize(
    ("cells", "name", "separator"),
    [
        (["a|b", "c"], "x", "|"),
        (["red; blue", "green; red", "blue"], "x", ";"),
        (["R&D; more", "plain", "words", "here"], "x", None),
        (["a, b", "c"], "tags", ","),
        (["a, b", "c"], "x", None),
        (["Doe, Jane", "Roe, Jim"], "authors", None),
        (["[1, 2]", "[]"], "x", "json"),
        (["a long sentence that goes on and on, with a bar | in it", "b"], "x", None),
    ],
)
def test_entries_are_parted_by_what_parts_short_words(cells: list[str], name: str, separator: str | None) -> None:
    marks = ListMarks()
    for cell in cells:
        marks.add(cell)
    assert marks.decide(name, len(cells)) == separator
