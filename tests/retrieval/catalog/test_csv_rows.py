"""CSV: which type a column takes from all its cells, and where each row begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.catalog.csv_rows import csv_rows
from retrieval.catalog.problems import RowRefused
from retrieval.schema import Field, Schema
from tests.support.catalogs import write_csv


def column(folder: Path, *cells: str, name: str = "x", schema: Schema | None = None) -> list[object]:
    """What the cells of one column become, without those that are empty."""
    path = write_csv(folder, f"id,{name}\n" + "".join(f'{row},"{cell}"\n' for row, cell in enumerate(cells)))
    rows = [row for _, row in csv_rows(path, schema)]
    return [row[name] for row in rows if not isinstance(row, RowRefused) and name in row]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (("1", " -2 ", ""), [1, -2]),
        (("0", "10"), [0, 10]),
        (("1", "2.5"), [1.0, 2.5]),
        (("1e3", "2"), [1000.0, 2.0]),
        (("TRUE", "false"), [True, False]),
        (("1", "true"), ["1", "true"]),
        (("1", "many"), ["1", "many"]),
        (("01234", "99999"), ["01234", "99999"]),
        (("+41 44", "+1"), ["+41 44", "+1"]),
        (("0.5", "00.5"), ["0.5", "00.5"]),
        (("9007199254740991", "1"), [9007199254740991, 1]),
        (("9007199254740993", "1"), ["9007199254740993", "1"]),
        (("", ""), []),
    ],
)
def test_a_column_takes_the_narrowest_type_that_all_its_cells_fit(
    tmp_path: Path, cells: tuple[str, ...], values: list[object]
) -> None:
    read = column(tmp_path, *cells)
    assert read == values
    assert [type(value) for value in read] == [type(value) for value in values]


def test_columns_of_the_product_itself_and_declared_ones_stay_text(tmp_path: Path) -> None:
    assert column(tmp_path, "7", name="title") == ["7"]
    assert column(tmp_path, "1650", name="year", schema=Schema([Field.of("year", "category")])) == ["1650"]


@pytest.mark.parametrize(
    ("cell", "entries"), [("a|b; c", ["a", "b; c"]), ("a; b;", ["a", "b"]), (" | ", []), ("a", ["a"])]
)
def test_a_list_is_split_at_bars_or_else_at_semicolons(tmp_path: Path, cell: str, entries: list[str]) -> None:
    assert column(tmp_path, cell, name="Images") == [entries]
    assert column(tmp_path, cell, schema=Schema([Field.of("x", "list")])) == [entries]


def test_a_row_begins_where_its_first_line_stands(tmp_path: Path) -> None:
    path = write_csv(tmp_path, 'id,title\n\n1,"two\nlines"\n2,x\n3,a,b\n')
    read = [(line, row.kind if isinstance(row, RowRefused) else row) for line, row in csv_rows(path, None)]
    assert read == [
        (3, {"id": "1", "title": "two\nlines"}),
        (5, {"id": "2", "title": "x"}),
        (6, "wrong number of cells"),
    ]


def test_a_column_without_a_name_is_passed_over(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "id,,title\n1,lost,x\n")
    assert list(csv_rows(path, None)) == [(2, {"id": "1", "title": "x"})]


def test_an_open_quotation_mark_is_named_by_the_lines_it_swallowed(tmp_path: Path) -> None:
    path = write_csv(tmp_path, 'id,title\n1,"open\n2,x\n3,y\n')
    ((line, refused),) = csv_rows(path, None)
    assert line == 2
    assert isinstance(refused, RowRefused)
    assert refused.reason.startswith("Lines 2 to 4 were taken for one row")
    assert "line 2" in refused.hint
