"""Rows of text with a separator: `ratings.csv`, TSV, Amazon's CSV, and any table whose header names its columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from retrieval.catalog.json_rows import not_utf8
from retrieval.catalog.lines import LINE_LIMIT, lines
from retrieval.catalog.problems import RowRefused
from retrieval.importers.columns import EventColumns
from retrieval.importers.rows import Rows

_DELIMITERS = ",;\t|"


def separated_rows(path: Path, columns: EventColumns) -> Rows:
    """Each row by the columns its header names, or by their numbers where there is no header.

    Raises:
        InteractionsError: no column names a user, or none an item.
    """
    texts = _texts(path)
    number, first = next(texts, (1, ""))
    header = first if isinstance(first, str) else ""
    delimiter = max(_DELIMITERS, key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    places = columns.places(str(path), names)
    if columns.numbered:
        yield number, first if isinstance(first, RowRefused) else _row(first, delimiter, len(names), places)
    for line, text in texts:
        yield line, text if isinstance(text, RowRefused) else _row(text, delimiter, len(names), places)


def _row(text: str, delimiter: str, width: int, places: dict[str, int]) -> dict[str, object] | RowRefused:
    try:
        # splitting is several times faster, and files of interactions have millions of rows and hardly a quotation mark
        cells = text.split(delimiter) if '"' not in text else next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return RowRefused("not CSV", f"The row cannot be read: {error}.", "Write a quotation mark within quotes twice.")
    if len(cells) != width:
        hint = "Quote cells that hold the delimiter."
        return RowRefused("wrong number of cells", f"The row has {len(cells)} cells, the header {width}.", hint)
    return {what: cells[place].strip() for what, place in places.items()}


def _texts(path: Path) -> Iterator[tuple[int, str | RowRefused]]:
    csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))
    for number, line in lines(path):
        if line is None:
            yield number, RowRefused("line too long", "The line is longer than any event.", "Write one event a line.")
        elif line.strip():
            yield number, _decoded(line)


def _decoded(line: bytes) -> str | RowRefused:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        return not_utf8(error.start + 1, line[error.start])
