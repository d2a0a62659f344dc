"""Files of examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.adapt.rows import read_rows
from agent.errors import RequestError


def test_lines_that_are_no_objects_are_named_by_their_number(tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_bytes(b'{"says": "a  b"}\n\nnothing\n[1]\n\xff\xfe\n' + b"[" * 100_000 + b"\n")
    file = read_rows(path)
    assert [(row.line, row.text("says"), row.text("item")) for row in file.rows] == [(1, "a b", "")]
    assert [example.line for example in file.bad] == [3, 4, 5, 6]
    assert "JSON" in str(file.bad[0])


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        read_rows(tmp_path / "none.jsonl")
