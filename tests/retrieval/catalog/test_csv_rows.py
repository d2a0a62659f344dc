"""CSV: what a row holds, where it begins, and what stray marks and lines cost."""

from __future__ import annotations

from pathlib import Path

from retrieval.catalog.csv_rows import csv_rows
from retrieval.catalog.problems import RowProblem, RowRefused
from tests.support.catalogs import write_csv


def read(folder: Path, text: str, encoding: str | None = None) -> list[tuple[int, object]]:
    """Rows, or the kind of what is wrong with them or to be known, with their lines."""
    rows = csv_rows(write_csv(folder, text), encoding)
    return [(line, row.kind if isinstance(row, RowRefused | RowProblem) else row) for line, row in rows]


def test_cells_come_as_they_stand_and_several_pictures_are_parted(tmp_path: Path) -> None:
    assert read(tmp_path, "id,year,Images\n1, 1650 ,a.jpg|b.jpg\n2,,a.jpg; b.jpg;\n") == [
        (2, {"id": "1", "year": " 1650 ", "Images": ["a.jpg", "b.jpg"]}),
        (3, {"id": "2", "Images": ["a.jpg", "b.jpg"]}),
    ]


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


def test_a_quotation_mark_that_closes_nothing_costs_no_row(tmp_path: Path) -> None:
    text = 'id\ttitle\tprice\n1\t"Old" chair\t19\n2\t"Open\t5\n3\tLamp\t6\n4\t27" screen\t7\n'
    assert read(tmp_path, text) == [
        (2, {"id": "1", "title": '"Old" chair', "price": "19"}),
        (3, {"id": "2", "title": '"Open', "price": "5"}),
        (4, {"id": "3", "title": "Lamp", "price": "6"}),
        (5, {"id": "4", "title": '27" screen', "price": "7"}),
        (2, "quotation mark"),
    ]


def test_a_mark_that_the_next_one_closes_by_chance_runs_no_rows_together(tmp_path: Path) -> None:
    text = 'id,title,price\n1,"Open,5\n2,Lamp,6\n3,27",7\n4,"Two,\nlines",8\n'
    assert [row for _, row in read(tmp_path, text)][:4] == [
        {"id": "1", "title": '"Open', "price": "5"},
        {"id": "2", "title": "Lamp", "price": "6"},
        {"id": "3", "title": '27"', "price": "7"},
        {"id": "4", "title": "Two,\nlines", "price": "8"},
    ]


def test_a_row_that_is_none_either_way_is_named_by_its_lines(tmp_path: Path) -> None:
    path = write_csv(tmp_path, 'id,title\n1,"open, and more\n2,x\n3,y\n')
    first, *rest = csv_rows(path, None)
    assert isinstance(first[1], RowRefused)
    assert first[1].reason.startswith("Lines 2 to 4 were taken for one row")
    assert "line 2" in first[1].hint
    assert rest == []


def test_cells_beyond_the_header_are_none_while_they_are_empty(tmp_path: Path) -> None:
    assert read(tmp_path, "id,title\n1,Cup,,\n2,Pot,x\n") == [
        (2, {"id": "1", "title": "Cup"}),
        (3, "wrong number of cells"),
    ]


def test_lines_above_the_header_are_passed_over_and_told(tmp_path: Path) -> None:
    assert read(tmp_path, "Stock,,\n,,\nid,title,price\n1,Cup,5\n") == [
        (3, "header"),
        (4, {"id": "1", "title": "Cup", "price": "5"}),
    ]
    assert read(tmp_path, "sep=;\nid;title\n1;Cup\n") == [(3, {"id": "1", "title": "Cup"})]


def test_another_encoding_is_read_and_what_it_cannot_hold_is_named(tmp_path: Path) -> None:
    path = tmp_path / "catalog.csv"
    path.write_bytes("id,title\n1,Größe\n".encode("cp1252") + b"2,\x81\n")
    rows = [row.kind if isinstance(row, RowRefused) else row for _, row in csv_rows(path, "cp1252")]
    assert rows == [{"id": "1", "title": "Größe"}, "not UTF-8"]
