"""One JSON object a line: Amazon Reviews 2023 as they are published, and any JSONL with such columns."""

from __future__ import annotations

from pathlib import Path

from retrieval.catalog.json_rows import parse_object
from retrieval.catalog.lines import lines
from retrieval.catalog.problems import RowRefused
from retrieval.importers.columns import EventColumns
from retrieval.importers.rows import Row, Rows


def object_rows(path: Path, columns: EventColumns) -> Rows:
    """Each object by the columns it has; of Amazon's `asin` and `parent_asin` the latter, which names the product."""
    for number, line in lines(path):
        if line is None:
            yield number, RowRefused("line too long", "The line is longer than any event.", "Write one event a line.")
        elif line.strip():
            yield number, _row(line, columns)


def _row(line: bytes, columns: EventColumns) -> Row | RowRefused:
    try:
        row = parse_object(line)
    except RowRefused as refused:
        return refused
    return {what: row[name] for what, name in columns.of(list(row)).items()}
