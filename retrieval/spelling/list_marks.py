"""What parts the entries of lists in a column, if its cells are lists."""

from __future__ import annotations

from collections import Counter

from retrieval.spelling.grammar import names
from retrieval.spelling.lists import JSON, written_list

ENTRY = 40  # characters; an entry of a list is not longer, as a rule
_SEPARATORS = "|;,"
_MOST = 0.9  # share of the cells with a mark in which it parts short entries; of all cells, for lists of programs
_SEMICOLONS, _COMMAS = 0.3, 0.3  # share of all cells that must have some: texts have them too
_NAMED_SEMICOLONS = 0.05  # where the column's name says that it holds lists


class ListMarks:
    """Collects which marks stand in the cells of a column, and whether short entries are between them."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._short: Counter[str] = Counter()

    def add(self, cell: str) -> None:
        """Take a cell into account."""
        if cell[0] in "[(" and written_list(cell) is not None:
            self._seen[JSON] += 1
            return
        for mark in _SEPARATORS:
            if mark in cell:
                entries = [entry.strip() for entry in cell.split(mark)]
                self._seen[mark] += 1
                self._short[mark] += max(map(len, entries)) <= ENTRY and sum(map(bool, entries)) > 1

    def decide(self, column: str, count: int) -> str | None:
        """The separator of a column of that name and so many cells; None where they are no lists."""
        if self._seen[JSON] >= _MOST * count:
            return JSON
        named = names("lists", column)
        # a single bar or semicolon among many cells is part of a text
        several = (mark for mark in "|;" if self._short[mark] > 1 or named or (mark == "|" and count < 3))
        least = {"|": 0.0, ";": (_NAMED_SEMICOLONS if named else _SEMICOLONS) * count}
        if (mark := next((mark for mark in several if self._parts(mark, least[mark])), None)) is not None:
            return mark
        by_comma = named and not names("people", column) and self._parts(",", _COMMAS * count)
        return "," if by_comma else None

    def _parts(self, mark: str, least: float) -> bool:
        short = self._short[mark]
        return bool(short) and short >= max(least, _MOST * self._seen[mark])
