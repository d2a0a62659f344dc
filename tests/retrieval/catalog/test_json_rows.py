"""One object from one line of JSON, read more strictly than the standard library reads it."""

from __future__ import annotations

import pytest

from retrieval.catalog.json_rows import PARTS_LIMIT, not_utf8, parse_object
from retrieval.catalog.problems import RowRefused


def refused(line: bytes) -> RowRefused:
    with pytest.raises(RowRefused) as caught:
        parse_object(line)
    return caught.value


def test_an_object_comes_back_with_its_types_and_in_its_order() -> None:
    row = parse_object(
        '{"id": "1", "n": 2, "w": 2.0, "on": true, "none": null, "tags": ["α"], "sub": {"b": 1}}'.encode()
    )
    assert row == {"id": "1", "n": 2, "w": 2.0, "on": True, "none": None, "tags": ["α"], "sub": {"b": 1}}
    assert list(row) == ["id", "n", "w", "on", "none", "tags", "sub"]
    assert [type(row[name]) for name in ("n", "w")] == [int, float]


@pytest.mark.parametrize(
    ("line", "kind", "reason"),
    [
        (b'{"a": 1 "b": 2}', "not JSON", "Expecting ',' delimiter at column 9, near '{\"a\": 1 \"b\": 2}'."),
        (b'{"a": "open', "not JSON", 'Unterminated string starting at column 7, near \'{"a": "open\'.'),
        (b'{"sub": {"a": 1, "a": 2}}', "duplicate key", "The key 'a' is given twice."),
        (b'{"a": NaN}', "not a number", "The row holds NaN, which JSON does not know."),
        (b"17", "not an object", "The row is 17, not an object."),
        (b'{"a": "\xff"}', "not UTF-8", "Byte 0xFF at column 8 is not UTF-8."),
        (b'{"a": "\0"}', "NUL", "The row holds a NUL byte."),
    ],
)
def test_what_is_no_proper_object_is_refused_with_its_place(line: bytes, kind: str, reason: str) -> None:
    problem = refused(line)
    assert problem.kind == kind
    assert problem.reason == reason
    assert problem.hint.endswith(".")


def test_so_many_parts_are_refused_before_they_fill_memory() -> None:
    most = b'{"a": [' + b"[]," * (PARTS_LIMIT - 3) + b"[]]}"
    assert len(parse_object(most)) == 1
    assert refused(most.replace(b"[[]", b"[[],[]", 1)).kind == "too many parts"


def test_the_first_wrong_byte_is_named_by_its_column() -> None:
    problem = not_utf8(7, 0xE9)
    assert (problem.kind, problem.reason) == ("not UTF-8", "Byte 0xE9 at column 7 is not UTF-8.")
