"""Raw rows of a catalog: which format a file has, and what its rows hold before they are items."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path

import pyarrow as arrow
import pytest
from pyarrow import parquet

from retrieval.catalog.problems import RowRefused
from retrieval.catalog.sources import raw_rows
from retrieval.errors import CatalogError
from tests.support.catalogs import write_csv


def rows_of(path: Path) -> list[tuple[int, object]]:
    return [(line, row.kind if isinstance(row, RowRefused) else row) for line, row in raw_rows(path, None)]


def test_a_line_of_jsonl_is_a_row_with_its_number_and_empty_lines_count(tmp_path: Path) -> None:
    path = tmp_path / "catalog.ndjson"
    path.write_text('{"id": 1}\n\n{"id": 2\n  {"id": 3}\n')
    assert rows_of(path) == [(1, {"id": 1}), (3, "not JSON"), (4, {"id": 3})]


@pytest.mark.parametrize(
    ("name", "text"), [("a.tsv", "id\ttitle\n1\tx\n"), ("a.dat", "id;title\n1;x\n"), ("a", '{"id": "1", "title": "x"}')]
)
def test_a_format_is_told_by_the_ending_or_else_by_the_first_line(tmp_path: Path, name: str, text: str) -> None:
    ((_, row),) = rows_of(write_csv(tmp_path, text, name))
    assert row == {"id": "1", "title": "x"}


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"PK\x03\x04", "is a ZIP archive, not a catalog"),
        (b"SQLite format 3\0", "is an SQLite database, not a catalog"),
        (b"\x28\xb5\x2f\xfd", "is zstd, not a catalog"),
        (b"words without any mark", "is of no known format"),
        (b"a,b\0c\n", "is of no known format"),
    ],
)
def test_a_file_of_another_kind_is_named_and_the_known_formats_with_it(tmp_path: Path, start: bytes, what: str) -> None:
    (tmp_path / "export").write_bytes(start)
    with pytest.raises(CatalogError, match=what) as caught:
        raw_rows(tmp_path / "export", None)
    assert ".parquet" in caught.value.hint


def test_json_that_is_not_one_object_a_line_comes_with_the_command_that_makes_it_so(tmp_path: Path) -> None:
    for text, command in (("[\n", "jq -c '.[]' 'a.json'"), ('{\n"id": 1}', "jq -c . 'a.json'")):
        (tmp_path / "a.json").write_text(text)
        with pytest.raises(CatalogError) as caught:
            raw_rows(tmp_path / "a.json", None)
        assert command in caught.value.hint


def test_rows_of_parquet_hold_what_json_would(tmp_path: Path) -> None:
    table = arrow.table(
        {
            "id": ["a"],
            "made": [datetime.date(1999, 12, 31)],
            "at": [datetime.datetime(2000, 1, 1, 10, 30)],
            "cost": [decimal.Decimal("1.50")],
            "weight": [float("nan")],
            "sizes": [[{"h": 1.5, "on": datetime.date(2000, 1, 1)}]],
        }
    )
    parquet.write_table(table, tmp_path / "catalog.parquet")
    assert rows_of(tmp_path / "catalog.parquet") == [
        (
            1,
            {
                "id": "a",
                "made": "1999-12-31",
                "at": "2000-01-01T10:30:00",
                "cost": 1.5,
                "weight": None,
                "sizes": [{"h": 1.5, "on": "2000-01-01"}],
            },
        )
    ]


def test_two_columns_of_parquet_of_one_name_are_refused(tmp_path: Path) -> None:
    table = arrow.Table.from_arrays([arrow.array([1]), arrow.array([2])], names=["id", "id"])
    parquet.write_table(table, tmp_path / "catalog.parquet")
    with pytest.raises(CatalogError, match="two columns are named 'id'"):
        rows_of(tmp_path / "catalog.parquet")


def test_pictures_of_a_folder_come_in_order_of_name_with_words_from_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b-tall_vase.png", "a.JPEG", "sub/c.gif", "notes.txt", ".hidden.png"):
        (tmp_path / name).write_bytes(b"x")
    assert rows_of(tmp_path) == [
        (1, {"id": "a", "title": "a", "image": "a.JPEG"}),
        (2, {"id": "b-tall_vase", "title": "b tall vase", "image": "b-tall_vase.png"}),
        (3, {"id": "sub/c", "title": "c", "image": "sub/c.gif"}),
    ]


def test_a_note_beside_a_picture_gives_title_and_description(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "a.txt").write_text("Blue vase\n\nMade of clay.\n")
    ((_, row),) = rows_of(tmp_path)
    assert row == {"id": "a", "title": "Blue vase", "description": "Made of clay.", "images": ["a.png"]}
