"""MovieLens without a header: `u.data` (tabs) and `ratings.dat` (`::`), with user, item, rating and seconds."""

from __future__ import annotations

from pathlib import Path

from retrieval.catalog.lines import lines
from retrieval.catalog.problems import RowRefused
from retrieval.errors import InteractionsError
from retrieval.importers.columns import EventColumns
from retrieval.importers.rows import Row, Rows

NAMES = ("user", "item", "value", "time")


def udata_rows(path: Path, columns: EventColumns) -> Rows:
    """Rows of `u.data`."""
    return _rows(path, "\t", columns)


def dat_rows(path: Path, columns: EventColumns) -> Rows:
    """Rows of `ratings.dat`."""
    return _rows(path, "::", columns)


def _rows(path: Path, separator: str, columns: EventColumns) -> Rows:
    if columns.given:
        raise InteractionsError(f"{path} is in a format whose columns have their places.", "Leave --map away.")
    for number, line in lines(path):
        if line is None or line.strip():
            yield number, _row(line or b"", separator)


def _row(line: bytes, separator: str) -> Row | RowRefused:
    cells = line.decode(errors="replace").split(separator)
    if len(cells) not in (3, 4):
        return RowRefused("wrong number of cells", f"The row has {len(cells)} cells, not 3 or 4.", "Repair the line.")
    return dict(zip(NAMES, (cell.strip() for cell in cells), strict=False))
