"""Rows of text with a separator: `ratings.csv`, TSV, Amazon's CSV, and any table whose header names its columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from retrieval.catalog.json_rows import not_utf8
from retrieval.catalog.lines import LINE_LIMIT, lines
from retrieval.catalog.problems import RowRefused
from retrieval.errors import InteractionsError
from retrieval.importers.rows import COLUMNS, Rows, columns_of

_DELIMITERS = ",;\t|"


def separated_rows(path: Path) -> Rows:
    """Each row by the columns its header names.

    Raises:
        InteractionsError: no column names a user, or none an item.
    """
    texts = _texts(path)
    _, first = next(texts, (1, ""))
    header = first if isinstance(first, str) else ""
    delimiter = max(_DELIMITERS, key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    places = places_of(path, names)
    for line, text in texts:
        yield line, text if isinstance(text, RowRefused) else _row(text, delimiter, len(names), places)


def places_of(path: Path, names: Sequence[str]) -> dict[str, int]:
    """The number of the column in which each thing stands.

    Raises:
        InteractionsError: no column names a user, or none an item.
    """
    columns = columns_of({name.lower(): name for name in names})
    for needed in ("user", "item"):
        if needed not in columns:
            raise InteractionsError(
                f"{path} names no column with the {needed}; its columns are {', '.join(names)[:300] or 'none'}.",
                f"Call it one of {', '.join(COLUMNS[needed])}.",
            )
    return {what: list(names).index(name) for what, name in columns.items()}


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
