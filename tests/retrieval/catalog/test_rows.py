"""Rows as items, one at a time, and a report on each that is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.catalog.media_paths import MediaFolder
from retrieval.catalog.problems import RowProblem, RowRefused
from retrieval.catalog.row_reader import RowReader
from retrieval.catalog.rows import read_rows
from retrieval.items import Item


@pytest.fixture
def reader(tmp_path: Path) -> RowReader:
    return RowReader(MediaFolder(tmp_path))


def test_problems_stand_directly_after_the_item_they_degrade_or_in_place_of_one(reader: RowReader) -> None:
    rows: list[tuple[int, object]] = [
        (3, {"id": "a", "title": "A", "price": "cheap", "image": "no.jpg"}),
        (4, "only text"),
        (6, RowRefused("not UTF-8", "Byte 0xE9 at column 4 is not UTF-8.", "Save the file in UTF-8.", id="b")),
        (7, {"id": "c", "title": "C"}),
    ]
    item, price, picture, text, refused, last = read_rows(rows, reader)
    assert isinstance(item, Item)
    assert isinstance(last, Item)
    assert [item.id, last.id] == ["a", "c"]
    problems = [problem for problem in (price, picture, text, refused) if isinstance(problem, RowProblem)]
    assert [(problem.line, problem.id, problem.kind, problem.severity) for problem in problems] == [
        (3, "a", "wrong type", "degraded"),
        (3, "a", "image not usable", "degraded"),
        (4, None, "not an object", "skipped"),
        (6, "b", "not UTF-8", "skipped"),
    ]


def test_an_id_that_was_used_is_told_with_the_line_that_used_it(reader: RowReader) -> None:
    rows = [(line, {"id": "a", "title": "A"}) for line in (2, 5, 9)]
    first, *repeated = read_rows(rows, reader)
    assert isinstance(first, Item)
    hint = "Give every row its own, or let the variants of a product follow each other."
    assert [str(problem) for problem in repeated] == [
        f"line 5 (id a), skipped: The id was already used on line 2. {hint}",
        f"line 9 (id a), skipped: The id was already used on line 2. {hint}",
    ]


def test_a_row_is_read_when_it_is_asked_for_and_not_before(reader: RowReader) -> None:
    taken: list[int] = []

    def rows() -> Iterator[tuple[int, object]]:
        for number in range(1, 4):
            taken.append(number)
            yield number, {"id": number, "title": "t"}

    items = read_rows(rows(), reader)
    next(items)
    assert taken == [1]


def test_no_rows_give_nothing(reader: RowReader) -> None:
    assert list(read_rows([], reader)) == []
