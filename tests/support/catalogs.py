"""Small catalogs written for a test, and read back."""

from __future__ import annotations

import json
from pathlib import Path

from retrieval.catalog import read_catalog
from retrieval.catalog.problems import RowProblem
from retrieval.items import Item

GOOD = {"id": "good", "title": "A good row"}


def write_rows(folder: Path, *rows: object, name: str = "catalog.jsonl") -> Path:
    """Rows as JSONL; a row that is text or bytes is written as it is."""
    raw = [
        row if isinstance(row, bytes) else (row if isinstance(row, str) else json.dumps(row)).encode() for row in rows
    ]
    path = folder / name
    path.write_bytes(b"\n".join(raw) + b"\n")
    return path


def write_csv(folder: Path, text: str, name: str = "catalog.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def read(path: Path, **options: object) -> tuple[list[Item], list[RowProblem]]:
    entries = list(read_catalog(path, **options))  # type: ignore[arg-type]
    return [entry for entry in entries if isinstance(entry, Item)], [
        entry for entry in entries if isinstance(entry, RowProblem)
    ]


def only_item(path: Path, **options: object) -> Item:
    (item,), problems = read(path, **options)
    assert not problems
    return item


def only_problem(folder: Path, row: object) -> RowProblem:
    """The problem of a bad row between two good ones, which are read all the same."""
    items, problems = read(write_rows(folder, GOOD, row, {"id": "last", "title": "Last"}))
    assert [items[0].id, items[-1].id] == ["good", "last"]
    (problem,) = problems
    assert problem.line == 2
    assert problem.hint.endswith(".")
    return problem
