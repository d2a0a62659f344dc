"""Readers of rows: each by a small file of its format, and what each says of a row that is none."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pyarrow as arrow
import pytest
from pyarrow import parquet

from retrieval.catalog.problems import RowRefused
from retrieval.errors import InteractionsError
from retrieval.importers.atomic import inter_rows
from retrieval.importers.columns import EventColumns
from retrieval.importers.formats import FORMATS
from retrieval.importers.movielens import dat_rows, udata_rows
from retrieval.importers.objects import object_rows
from retrieval.importers.parquet import parquet_rows
from retrieval.importers.rows import Rows
from retrieval.importers.separated import separated_rows


def read(rows: Rows) -> list[tuple[int, object]]:
    """Rows with their lines; one that was refused is known by its kind."""
    return [(line, row.kind if isinstance(row, RowRefused) else dict(row)) for line, row in rows]


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "interactions"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


BROKEN = {  # by format a file whose first row is whole, whose third line is no row, and whose fourth is whole again
    "csv": "user,item,rating\nada,7,4\nada,7\nbob,8,3\n",
    "recbole": "user_id:token\titem_id:token\trating:float\nada\t7\t4\nada\t7\nbob\t8\t3\n",
    "mmrec": "userID\titemID\trating\nada\t7\t4\nada\t7\nbob\t8\t3\n",
    "movielens-udata": "\nada\t7\t4\nada\t7\nbob\t8\t3\n",
    "movielens-dat": "\nada::7::4\nada::7\nbob::8::3\n",
    "jsonl": '\n{"user": "ada", "item": "7", "rating": "4"}\nada\n{"user": "bob", "item": "8", "rating": "3"}\n',
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_row_that_cannot_be_read_is_named_by_its_line_and_the_rest_goes_on(name: str, tmp_path: Path) -> None:
    first, broken, last = read(FORMATS[name](write(tmp_path, BROKEN[name]), EventColumns()))
    assert first == (2, {"user": "ada", "item": "7", "value": "4"})
    assert broken == (3, "not JSON" if name == "jsonl" else "wrong number of cells")
    assert last == (4, {"user": "bob", "item": "8", "value": "3"})


@pytest.mark.parametrize("name", BROKEN)
def test_lines_without_anything_are_passed_over_and_counted(name: str, tmp_path: Path) -> None:
    lines = BROKEN[name].splitlines()
    path = write(tmp_path, "\n".join([lines[0], lines[1], "", "  ", lines[3]]))
    assert [line for line, _ in FORMATS[name](path, EventColumns())] == [2, 5]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_the_header_holds_most_of(delimiter: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"User{delimiter} Item {delimiter}note\nada{delimiter} 7{delimiter}x\n")
    assert read(separated_rows(path, EventColumns())) == [(2, {"user": "ada", "item": "7"})]


def test_cells_in_quotation_marks_may_hold_the_delimiter(tmp_path: Path) -> None:
    path = write(tmp_path, 'user,item\n"Lovelace, ""Ada""",7\n"open,8\n')
    assert read(separated_rows(path, EventColumns())) == [(2, {"user": 'Lovelace, "Ada"', "item": "7"}), (3, "not CSV")]


def test_a_row_in_another_encoding_is_named_by_its_byte(tmp_path: Path) -> None:
    ((_, refused),) = separated_rows(write(tmp_path, b"user,item\nad\xe9,7\n"), EventColumns())
    assert isinstance(refused, RowRefused)
    assert refused.reason == "Byte 0xE9 at column 3 is not UTF-8."


def test_columns_are_found_by_the_first_of_their_names(tmp_path: Path) -> None:
    names = ["rating", "Customer_ID", "asin", "parent_asin", "unused", "TIMESTAMP"]
    assert EventColumns().places(str(tmp_path), names) == {"user": 1, "item": 3, "value": 0, "time": 5}


@pytest.mark.parametrize(("names", "needed"), [([], "user"), (["item", "name"], "user"), (["user", "name"], "item")])
def test_a_table_that_names_no_person_or_no_item_is_refused(names: list[str], needed: str, tmp_path: Path) -> None:
    with pytest.raises(InteractionsError, match=f"names no column with the {needed}") as caught:
        EventColumns().places(str(tmp_path), names)
    assert (", ".join(names) or "none") in caught.value.what
    assert f"--map {needed}=COLUMN" in caught.value.hint


def test_the_type_behind_a_columns_name_is_not_needed(tmp_path: Path) -> None:
    path = write(tmp_path, "item_id:token\tuser_id:token\ttimestamp:float\n7\tada\t5\n")
    assert read(inter_rows(path, EventColumns())) == [(2, {"user": "ada", "item": "7", "time": "5"})]


def test_an_atomic_file_without_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InteractionsError, match="names no column with the user; its columns are 1, 7"):
        read(inter_rows(write(tmp_path, "1\t7\n"), EventColumns()))


@pytest.mark.parametrize(("rows", "mark"), [(udata_rows, "\t"), (dat_rows, "::")])
def test_movielens_names_user_item_rating_and_time_by_their_places(rows: object, mark: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"1{mark}7{mark}4.5{mark}1000\n2{mark}8{mark}3\n1{mark}2{mark}3{mark}4{mark}5\n")
    assert read(rows(path, EventColumns())) == [  # type: ignore[operator]
        (1, {"user": "1", "item": "7", "value": "4.5", "time": "1000"}),
        (2, {"user": "2", "item": "8", "value": "3"}),
        (3, "wrong number of cells"),
    ]


def test_of_amazons_two_ids_the_one_of_the_product_is_taken(tmp_path: Path) -> None:
    objects = [
        {"user_id": "ada", "asin": "variant", "parent_asin": "product", "rating": 5.0, "timestamp": 1, "text": "Good"},
        {"reviewerID": "bob", "asin": "product", "overall": 3, "unixReviewTime": 2},
    ]
    path = write(tmp_path, "\n".join(map(json.dumps, objects)))
    assert read(object_rows(path, EventColumns())) == [
        (1, {"user": "ada", "item": "product", "value": 5.0, "time": 1}),
        (2, {"user": "bob", "item": "product", "value": 3, "time": 2}),
    ]


def test_rows_of_parquet_are_counted_from_one_and_dates_written_out(tmp_path: Path) -> None:
    table = arrow.table(
        {
            "movieId": [7, 8],
            "userId": ["ada", None],
            "date": [datetime.date(2001, 9, 9), None],
            "at": [datetime.datetime(2001, 9, 9, 1, 46, 40)] * 2,
            "unused": [b"x", b"y"],
        }
    )
    parquet.write_table(table, tmp_path / "x.parquet")
    at = "2001-09-09T01:46:40"
    assert read(parquet_rows(tmp_path / "x.parquet", EventColumns())) == [
        (1, {"user": "ada", "item": 7, "time": at}),
        (2, {"user": None, "item": 8, "time": at}),
    ]


def test_parquet_that_names_no_item_or_is_damaged_is_refused(tmp_path: Path) -> None:
    parquet.write_table(arrow.table({"user": ["ada"]}), tmp_path / "x.parquet")
    with pytest.raises(InteractionsError, match="names no column with the item; its columns are user"):
        read(parquet_rows(tmp_path / "x.parquet", EventColumns()))
    whole = (tmp_path / "x.parquet").read_bytes()
    (tmp_path / "x.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InteractionsError, match="is a damaged Parquet file"):
        read(parquet_rows(tmp_path / "x.parquet", EventColumns()))
