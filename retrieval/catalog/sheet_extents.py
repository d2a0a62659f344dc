"""How many cells and characters the sheets of a workbook come to, told while their XML is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

_OF_CELL = ("table-cell", "covered-table-cell")


class Extent(Protocol):
    """What is measured of a sheet.

    Attributes:
        cells: Those before the last filled one, row by row.
        chars: Of the text in them, counted in each cell that says it.
    """

    cells: int
    chars: int

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def text(self, text: str) -> None:
        """Text stands in an element."""

    def end(self, name: str) -> None:
        """An element ends."""


class SharedTexts:
    """How long each text is that cells of Excel share.

    Attributes:
        lengths: In characters, in their order.
    """

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, name: str, _: Mapping[str, str]) -> None:
        """A text begins."""
        if name.rpartition(":")[2] == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        """A part of a text."""
        if self.lengths:
            self.lengths[-1] += len(text)

    def end(self, name: str) -> None:
        """An element ends."""


class SheetExtent:
    """A sheet of Excel, whose cells name their place or follow the one before."""

    def __init__(self, shared: Sequence[int]) -> None:
        self.cells = self.chars = 0
        self._shared = shared
        self._row = self._column = self._width = self._height = 0
        self._is_shared = self._in_value = False
        self._value = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A row, a cell or its value begins."""
        element = name.rpartition(":")[2]
        if element == "c":
            self._place(attributes.get("r", ""))
            self._is_shared = attributes.get("t") == "s"
        elif element == "v":
            self._in_value, self._value = True, ""
        elif element == "row":
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = 0

    def text(self, text: str) -> None:
        """Text, or the number of a shared one."""
        if self._in_value:
            self._value += text
        self.chars += len(text)

    def end(self, name: str) -> None:
        """A value ends."""
        if name.rpartition(":")[2] != "v":
            return
        self._in_value = False
        if self._is_shared and self._value.strip().isdecimal():
            number = int(self._value)
            self.chars += self._shared[number] if number < len(self._shared) else 0

    def _place(self, name: str) -> None:
        letters = name.rstrip("0123456789")
        if letters:
            self._column = _number_of(letters)
            self._row = int(name[len(letters) :] or self._row)
        else:
            self._column += 1
        self._width, self._height = max(self._width, self._column), max(self._height, self._row)
        self.cells = self._width * self._height


class OpenDocumentExtent:
    """The largest table of an OpenDocument file, whose cells and rows say how often they are repeated."""

    def __init__(self) -> None:
        self.cells = self.chars = 0
        self._row = self._rows = self._column = self._filled = self._width = 0
        self._repeat = self._cell_times = self._cell_chars = self._row_chars = 0
        self._inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A table, a row or a cell begins."""
        element = name.rpartition(":")[2]
        if element in _OF_CELL:
            self._cell_times, self._cell_chars, self._inside = _times(attributes, "columns"), 0, True
            self._column += self._cell_times
            if any(key.rpartition(":")[2] in ("value-type", "formula", "value") for key in attributes):
                self._filled = self._column
        elif element == "table-row":
            self._repeat, self._column, self._filled, self._row_chars = _times(attributes, "rows"), 0, 0, 0
        elif element == "table":
            self._row = self._rows = self._width = 0

    def text(self, text: str) -> None:
        """Text stands in a cell."""
        if self._inside:
            self._filled = self._column
            self._cell_chars += len(text)

    def end(self, name: str) -> None:
        """A cell or a row ends."""
        element = name.rpartition(":")[2]
        if element in _OF_CELL:
            self._inside = False
            self._row_chars += self._cell_chars * self._cell_times
        elif element == "table-row":
            self._row += self._repeat
            self.chars += self._row_chars * self._repeat
            if self._filled:
                self._rows, self._width = self._row, max(self._width, self._filled)
                self.cells = max(self.cells, self._rows * self._width)


def _number_of(letters: str) -> int:
    """The number of a column from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + ord(letter) - 64
    return abs(number)


def _times(attributes: Mapping[str, str], what: str) -> int:
    return next((int(text) for key, text in attributes.items() if key.endswith(f"number-{what}-repeated")), 1)
