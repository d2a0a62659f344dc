"""MovieLens without a header: `u.data` (tabs) and `ratings.dat` (`::`), with user, item, rating and seconds."""

from __future__ import annotations

from pathlib import Path

from retrieval.catalog.lines import lines
from retrieval.catalog.problems import RowRefused
from retrieval.importers.rows import Row, Rows

NAMES = ("user", "item", "value", "time")


def udata_rows(path: Path) -> Rows:
    """Rows of `u.data`."""
    return _rows(path, "\t")


def dat_rows(path: Path) -> Rows:
    """Rows of `ratings.dat`."""
    return _rows(path, "::")


def _rows(path: Path, separator: str) -> Rows:
    for number, line in lines(path):
        if line is None or line.strip():
            yield number, _row(line or b"", separator)


def _row(line: bytes, separator: str) -> Row | RowRefused:
    cells = line.decode(errors="replace").split(separator)
    if len(cells) not in (3, 4):
        return RowRefused("wrong number of cells", f"The row has {len(cells)} cells, not 3 or 4.", "Repair the line.")
    return dict(zip(NAMES, (cell.strip() for cell in cells), strict=False))
