"""Rows of a CSV file: delimiter found, quoted newlines kept, columns typed by all their values."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

from retrieval.catalog.json_rows import not_utf8
from retrieval.catalog.lines import LINE_LIMIT, lines
from retrieval.catalog.problems import RowRefused
from retrieval.errors import CatalogError
from retrieval.schema import BUILT_IN_TYPES, Schema
from retrieval.text.values import WHOLE_LIMIT, parse_number

RawRow = dict[str, object]
_DELIMITERS = ",;\t"
_OWN_TEXT = frozenset({"id", "image", "audio", "video"} | BUILT_IN_TYPES.keys())


def csv_rows(path: Path, schema: Schema | None) -> Iterator[tuple[int, RawRow | RowRefused]]:
    """Each row with the line it begins on; lists are split where the schema declares them, numbers are numbers.

    Columns the schema does not declare take the narrowest of integer, number, boolean and text that all their
    values fit, so the file is read twice.

    Raises:
        CatalogError: the file has no usable header.
    """
    delimiter = _delimiter(path)
    header = _header(path, delimiter)
    readers = _readers(path, delimiter, header, schema)
    for line, cells in itertools.islice(_records(path, delimiter), 1, None):
        yield line, cells if isinstance(cells, RowRefused) else _row(header, readers, cells)


def _row(header: list[str], readers: list[Callable[[str], object]], cells: list[str]) -> RawRow | RowRefused:
    if len(cells) != len(header):
        return RowRefused(
            "wrong number of cells",
            f"The row has {len(cells)} cells, the header {len(header)}.",
            "Quote cells that hold the delimiter, a quotation mark or a newline.",
        )
    return {name: read(cell) for name, read, cell in zip(header, readers, cells, strict=True) if cell and name}


def _delimiter(path: Path) -> str:
    first = next((line for _, line in lines(path) if line and line.strip()), b"")
    # the header alone decides: in later rows texts are full of commas
    return max(_DELIMITERS, key=first.decode(errors="replace").count)


def _header(path: Path, delimiter: str) -> list[str]:
    """Names of the columns; empty where a column has none."""
    line, cells = next(_records(path, delimiter), (1, None))
    if cells is None or isinstance(cells, RowRefused):
        what = cells.reason if cells else "The file is empty."
        raise CatalogError(f"{path} has no readable header line. {what}", "Begin it with: id, title, description, ...")
    names = [name.strip() for name in cells]
    folded = [name.casefold() for name in names if name]
    for name in folded:
        if folded.count(name) > 1:
            raise CatalogError(f"{path}, line {line}: two columns are named '{name}'.", "Rename one of them.")
    if "id" not in folded:
        raise CatalogError(
            f"{path}, line {line}: no column is named 'id'; the columns are {', '.join(names)[:300]}.",
            "Name the column that tells rows apart 'id', and the one with names 'title'.",
        )
    return names


def _records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str] | RowRefused]]:
    """Records, the header among them, each with the line it begins on."""
    csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))  # the module's own limit is 131,072, for all
    source = _Source(path)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.begin()
        try:
            cells = next(reader)
        except StopIteration:
            yield from source.giants()
            return
        except csv.Error as error:
            yield source.first, _unreadable(error, source)
            # the reader goes on behind what it could not read: one bad row costs itself alone
            continue
        yield from source.giants()
        if source.fault is not None:
            yield source.first, source.fault
        elif cells:
            yield source.first, cells


def _unreadable(error: csv.Error, source: _Source) -> RowRefused:
    if source.last == source.first:
        return RowRefused("not CSV", f"The row cannot be read: {error}.", "Write a quotation mark within quotes twice.")
    return RowRefused(
        "not CSV",
        f"Lines {source.first} to {source.last} were taken for one row that cannot be read: {error}.",
        f"Look for a quotation mark that is not closed on line {source.first}.",
    )


class _Source:
    """Lines as text for the csv module, remembering where a record began and what was wrong in it."""

    def __init__(self, path: Path) -> None:
        self._lines = lines(path)
        self._giants: list[int] = []
        self.first = 0
        self.last = 0
        self.fault: RowRefused | None = None

    def begin(self) -> None:
        """Begin a record."""
        self.first = 0
        self.fault = None

    def giants(self) -> Iterator[tuple[int, RowRefused]]:
        """Refusals of the lines passed over, each once."""
        numbers, self._giants = self._giants, []
        for number in numbers:
            yield number, giant_line()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for number, line in self._lines:
            if line is None:
                self._giants.append(number)
                continue
            self.first = self.first or number
            self.last = number
            return self._text(line) + "\n"
        raise StopIteration

    def _text(self, line: bytes) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            self.fault = self.fault or not_utf8(error.start + 1, line[error.start])
            return line.decode(errors="replace")


def giant_line() -> RowRefused:
    """The refusal of a line too long to be held."""
    return RowRefused(
        "line too long",
        f"The line is longer than {LINE_LIMIT // 2**20} MiB.",
        "Put each item on a line of its own, without media inside.",
    )


def _readers(path: Path, delimiter: str, header: list[str], schema: Schema | None) -> list[Callable[[str], object]]:
    """How the cells of each column become values."""
    readers: list[Callable[[str], object]] = [str] * len(header)
    undeclared: list[int] = []
    for number, name in enumerate(header):
        field = schema.find(name) if schema else None
        if name.casefold() == "images" or (field is not None and field.type == "list"):
            readers[number] = _split
        elif field is None and name and name.casefold() not in _OWN_TEXT:
            # not of our own fields: a catalog of titles such as `1984` still has titles, not numbers
            undeclared.append(number)
    for number, type_ in _types(path, delimiter, len(header), undeclared).items():
        readers[number] = _READERS[type_]
    return readers


def _types(path: Path, delimiter: str, width: int, columns: list[int]) -> dict[int, str]:
    """The narrowest type that all cells of a column fit; columns of text, or without cells, are left out."""
    fitting = {number: list(_READERS) for number in columns}
    seen: set[int] = set()
    for _, cells in itertools.islice(_records(path, delimiter), 1, None) if columns else ():
        if isinstance(cells, RowRefused) or len(cells) != width:
            continue
        for number, types in fitting.items():
            # an empty cell fits every type, and a type that was ruled out is not tried again
            if types and cells[number]:
                seen.add(number)
                fitting[number] = [type_ for type_ in types if _fits(type_, cells[number])]
    return {number: types[0] for number, types in fitting.items() if types and number in seen}


def _fits(type_: str, cell: str) -> bool:
    try:
        _READERS[type_](cell)
    except ValueError:
        return False
    return True


def _integer(cell: str) -> int:
    number = _number(cell)
    if not cell.strip().lstrip("-").isdigit() or abs(number) >= WHOLE_LIMIT:
        raise ValueError(cell)
    return int(number)


def _number(cell: str) -> float:
    text = cell.strip()
    digits = text.lstrip("-")
    if text.startswith("+") or (digits.startswith("0") and digits[1:2].isdigit()):
        raise ValueError(cell)  # a code, such as a postcode or telephone number
    number = parse_number(text)
    if digits.isdigit() and abs(number) >= WHOLE_LIMIT:
        raise ValueError(cell)
    return number


def _boolean(cell: str) -> bool:
    text = cell.strip().lower()
    if text not in ("true", "false"):
        raise ValueError(cell)
    return text == "true"


def _split(cell: str) -> list[str]:
    """Entries of a list cell, separated by `|`, or by `;` where there is no `|`."""
    separator = "|" if "|" in cell else ";"
    return [entry.strip() for entry in cell.split(separator) if entry.strip()]


_READERS: dict[str, Callable[[str], object]] = {"integer": _integer, "number": _number, "boolean": _boolean}
