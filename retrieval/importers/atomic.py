"""Atomic files of RecBole (`user_id:token` ...) and of MMRec (`userID itemID ...`): tabs, and a header."""

from __future__ import annotations

from pathlib import Path

from retrieval.catalog.lines import lines
from retrieval.catalog.problems import RowRefused
from retrieval.importers.rows import Rows
from retrieval.importers.separated import places_of


def inter_rows(path: Path) -> Rows:
    """Rows of an `.inter` file; the type behind the colon of a column's name is not needed.

    Raises:
        InteractionsError: no column names a user, or none an item.
    """
    numbered = lines(path)
    _, header = next(numbered, (1, b""))
    names = [name.partition(":")[0].strip() for name in (header or b"").decode(errors="replace").split("\t")]
    places = places_of(path, names)
    for number, line in numbered:
        if line is not None and not line.strip():
            continue
        cells = (line or b"").decode(errors="replace").split("\t")
        if len(cells) != len(names):
            reason = f"The row has {len(cells)} cells, the header {len(names)}."
            yield number, RowRefused("wrong number of cells", reason, "Separate cells by tabs.")
        else:
            yield number, {what: cells[place].strip() for what, place in places.items()}
