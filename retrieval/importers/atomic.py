"""Atomic files of RecBole (`user_id:token` ...) and of MMRec (`userID itemID ...`), with a header.

Cells are set apart by tabs, as is the rule, or by what the configuration that wrote them says: commas or spaces.
"""

from __future__ import annotations

from pathlib import Path

from retrieval.catalog.lines import lines
from retrieval.catalog.problems import RowRefused
from retrieval.importers.columns import EventColumns
from retrieval.importers.rows import Rows

_NAMES = {"\t": "tabs", ",": "commas", " ": "spaces"}


def inter_rows(path: Path, columns: EventColumns) -> Rows:
    """Rows of an `.inter` file; the type behind the colon of a column's name is not needed.

    Raises:
        InteractionsError: no column names a user, or none an item.
    """
    numbered = lines(path)
    _, header = next(numbered, (1, b""))
    first = (header or b"").decode(errors="replace")
    separator = next((mark for mark in "\t, " if mark in first), "\t")
    names = [name.partition(":")[0].strip() for name in first.split(separator)]
    places = columns.places(str(path), names)
    for number, line in numbered:
        if line is not None and not line.strip():
            continue
        cells = (line or b"").decode(errors="replace").split(separator)
        if len(cells) != len(names):
            reason = f"The row has {len(cells)} cells, the header {len(names)}."
            yield (
                number,
                RowRefused(
                    "wrong number of cells", reason, f"Separate cells as the header does, by {_NAMES[separator]}."
                ),
            )
        else:
            yield number, {what: cells[place].strip() for what, place in places.items()}
