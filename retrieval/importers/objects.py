"""One JSON object a line: Amazon Reviews 2023 as they are published, and any JSONL with such columns."""

from __future__ import annotations

from pathlib import Path

from retrieval.catalog.json_rows import parse_object
from retrieval.catalog.lines import lines
from retrieval.catalog.problems import RowRefused
from retrieval.importers.rows import Row, Rows, columns_of


def object_rows(path: Path) -> Rows:
    """Each object by the columns it has; of Amazon's `asin` and `parent_asin` the latter, which names the product."""
    for number, line in lines(path):
        if line is None:
            yield number, RowRefused("line too long", "The line is longer than any event.", "Write one event a line.")
        elif line.strip():
            yield number, _row(line)


def _row(line: bytes) -> Row | RowRefused:
    try:
        row = parse_object(line)
    except RowRefused as refused:
        return refused
    columns = columns_of({name.lower(): name for name in row})
    return {what: row[name] for what, name in columns.items()}
