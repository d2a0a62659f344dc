"""JSON that is not one object a line: read bit by bit, and its end told where it is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.catalog.problems import RowRefused
from retrieval.importers.arrays import array_rows
from retrieval.importers.columns import EventColumns
from retrieval.importers.formats import format_of

EVENTS = [{"user": f"u{at}", "item": str(at), "text": "x" * 500} for at in range(2_000)]


def read(folder: Path, text: str) -> list[tuple[int, object]]:
    path = folder / "events.json"
    path.write_text(text)
    assert format_of(path) in ("json", "jsonl")
    rows = array_rows(path, EventColumns())
    return [(line, row.kind if isinstance(row, RowRefused) else dict(row)) for line, row in rows]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_is_read_whole_wherever_its_pieces_end(indent: int | None, tmp_path: Path) -> None:
    rows = read(tmp_path, json.dumps(EVENTS, indent=indent))
    assert [row for _, row in rows] == [{"user": event["user"], "item": event["item"]} for event in EVENTS]
    assert rows[1][0] == (7 if indent else 1)


def test_objects_over_several_lines_are_read_too(tmp_path: Path) -> None:
    text = "\n".join(json.dumps(event, indent=1) for event in EVENTS[:2])
    assert [line for line, _ in read(tmp_path, text)] == [1, 6]


def test_an_array_in_one_line_is_told_by_its_bracket(tmp_path: Path) -> None:
    assert read(tmp_path, '[{"user":"a","item":"7","rating":NaN}]') == [(1, {"user": "a", "item": "7", "value": None})]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('[{"user": "a", "item": "7"}, 5]', [None, "not an object"]),
        ('[{"user": "a", "item": "7"}, {"user": ]', [None, "not JSON"]),
        ('[{"user": "a", "item": "7"}, {"user": "b"', [None, "not JSON"]),
        ("[" + '{"a":' * 100_000, ["too deep"]),
        ("[]", []),
    ],
)
def test_what_is_none_is_told_with_its_line(text: str, kinds: list[str | None], tmp_path: Path) -> None:
    assert [row if isinstance(row, str) else None for _, row in read(tmp_path, text)] == kinds


def test_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b'[{"user": "\xe9"}]')
    ((_, refused),) = array_rows(tmp_path / "x.json", EventColumns())
    assert isinstance(refused, RowRefused)
    assert refused.kind == "not UTF-8"
