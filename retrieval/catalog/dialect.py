"""How a table of text is written: what parts its cells, and on which line its header stands."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = ",;\t|"
LOOKED_AT = 30  # lines
_SEP = re.compile(r'"?sep=(.|\\t)"?[,;\t|]*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written.

    Attributes:
        delimiter: What parts cells.
        skipped: Lines with something in them that stand above the header.
        told: Whether the first of them says what parts cells, as spreadsheets do.
    """

    delimiter: str
    skipped: int = 0
    told: bool = False


def dialect_of(lines: Sequence[str]) -> Dialect:
    """How the table is written that begins with these lines, none of them empty."""
    told = _SEP.fullmatch(lines[0].strip("\ufeff ")) if lines else None
    if told:
        delimiter = "\t" if told[1] == "\\t" else told[1]
        return Dialect(delimiter, 1 + _above(lines[1:], delimiter), told=True)
    delimiter = _delimiter(lines)
    return Dialect(delimiter, _above(lines, delimiter))


def _delimiter(lines: Sequence[str]) -> str:
    first = lines[0] if lines else ""
    # texts are full of commas, and a header of names is not
    named = [mark for mark in DELIMITERS if mark in first and "id" in _folded(first, mark)]
    if named:
        return max(named, key=first.count)
    return max(DELIMITERS, key=lambda mark: (_regular(lines, mark), first.count(mark)))


def _regular(lines: Sequence[str], delimiter: str) -> tuple[bool, bool]:
    """Whether the first line has as many cells as most lines, and whether most lines have the same number at all."""
    counts = [len(_cells(line, delimiter)) for line in lines]
    usual, times = Counter(counts).most_common(1)[0] if counts else (1, 0)
    return usual > 1 and counts[0] == usual, usual > 1 and times >= 0.5 * len(counts)


def _above(lines: Sequence[str], delimiter: str) -> int:
    """How many lines stand above the header: titles and dates, which fill few of the columns there are."""
    rows = [_folded(line, delimiter) for line in lines]
    if not rows or "id" in rows[0]:
        return 0
    filled = [sum(map(bool, row)) for row in rows]
    named = next((at for at, row in enumerate(rows) if "id" in row and filled[at] > 1), None)
    if named is not None:
        return named
    most = max(filled)
    return next((at for at, count in enumerate(filled) if count > 1 and 2 * count > most), 0)


def _folded(line: str, delimiter: str) -> list[str]:
    return [cell.strip().casefold() for cell in _cells(line, delimiter)]


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)
