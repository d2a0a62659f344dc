"""Rows of a table of text: delimiter and header found, quoted newlines kept, stray marks read as they stand."""

from __future__ import annotations

import csv
import itertools
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from retrieval.catalog.dialect import LOOKED_AT, Dialect, dialect_of
from retrieval.catalog.json_rows import not_utf8
from retrieval.catalog.lines import LINE_LIMIT, giant_line, lines
from retrieval.catalog.problems import RowProblem, RowRefused
from retrieval.errors import CatalogError
from retrieval.spelling.lists import entries_of

RawRow = dict[str, object]
_PLAIN_WIDTH = 3  # cells from which on lines that have as many as the header are rows, whatever marks stand in them


def csv_rows(path: Path, encoding: str | None = None) -> Iterator[tuple[int, RawRow | RowRefused | RowProblem]]:
    """Each row with the line it begins on, its cells as text; what somebody should know of the table comes between.

    Raises:
        CatalogError: the file has no usable header.
    """
    dialect = dialect_of(_first_lines(path, encoding))
    records = itertools.islice(_Records(path, encoding, dialect), dialect.skipped, None)
    first, header = _header(path, next(records, (1, None)))
    if dialect.skipped > dialect.told:
        yield first, _above(first)
    mended: list[int] = []
    for line, cells in records:
        if isinstance(cells, RowRefused):
            yield line, cells
            continue
        if isinstance(cells, _Mended):
            mended.append(line)
        yield line, _row(header, cells)
    if mended:
        yield mended[0], _stray_marks(mended)


def _row(header: list[str], cells: list[str]) -> RawRow | RowRefused:
    if len(cells) < len(header) or any(cells[len(header) :]):
        return RowRefused(
            "wrong number of cells",
            f"The row has {len(cells)} cells, the header {len(header)}.",
            "Quote cells that hold the delimiter, a quotation mark or a newline.",
        )
    row: RawRow = {name: cell for name, cell in zip(header, cells, strict=False) if cell and name}
    for name in row:
        if name.casefold() == "images":
            row[name] = entries_of(str(row[name]), None)
    return row


def _first_lines(path: Path, encoding: str | None) -> list[str]:
    filled = (line for _, line in lines(path, encoding) if line)
    return [line.decode(errors="replace") for line in itertools.islice(filled, LOOKED_AT)]


def _header(path: Path, record: tuple[int, list[str] | RowRefused | None]) -> tuple[int, list[str]]:
    """The line of the header, and the names of the columns; empty where a column has none."""
    line, cells = record
    if cells is None or isinstance(cells, RowRefused):
        what = cells.reason if cells else "The file is empty."
        raise CatalogError(f"{path} has no readable header line. {what}", "Begin it with: id, title, description, ...")
    names = [name.strip() for name in cells]
    folded = [name.casefold() for name in names if name]
    for name in folded:
        if folded.count(name) > 1:
            raise CatalogError(f"{path}, line {line}: two columns are named '{name}'.", "Rename one of them.")
    return line, names


def _above(line: int) -> RowProblem:
    return RowProblem(
        line, None, "header", f"Line {line} was taken for the header; what stands above it was passed over.",
        "Delete the lines above the header, if that is wrong.", "noted",
    )  # fmt: skip


def _stray_marks(mended: list[int]) -> RowProblem:
    rows = "One row has" if len(mended) == 1 else f"{len(mended):,} rows have"
    return RowProblem(
        mended[0], None, "quotation mark", f"{rows} a stray quotation mark; it was read as it stands.",
        "Write a quotation mark within quotes twice.", "noted",
    )  # fmt: skip


class _Mended(list[str]):
    """Cells of a line whose quotation marks were read as they stand."""


class _Records:
    """Records, the header among them, each with the line it begins on."""

    def __init__(self, path: Path, encoding: str | None, dialect: Dialect) -> None:
        csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))  # the module's own limit is 131,072, for all
        self._source = _Source(path, encoding)
        self._delimiter = dialect.delimiter
        self._width = 0
        self._skip = dialect.skipped

    def __iter__(self) -> Iterator[tuple[int, list[str] | RowRefused]]:
        source = self._source
        reader = csv.reader(source, delimiter=self._delimiter, strict=True)
        while True:
            source.begin()
            try:
                cells = next(reader)
            except StopIteration:
                yield from source.giants()
                return
            except csv.Error as error:
                # the reader goes on behind what it could not read: one bad row costs itself alone
                yield source.first, self._as_it_stands() or self._unreadable(error)
                continue
            yield from source.giants()
            if source.last > source.first and self._is_several():
                cells = self._as_it_stands() or cells
            if source.fault is not None:
                yield source.first, source.fault
            elif cells:
                self._measure(cells)
                yield source.first, cells

    def _measure(self, cells: list[str]) -> None:
        """Take the width of the header, once what stands above it is passed."""
        if self._skip:
            self._skip -= 1
        elif not self._width:
            self._width = len(cells)

    def _as_it_stands(self) -> _Mended | None:
        """The first line of a record without regard to quotation marks, if it is a row so; the others are read anew."""
        cells = self._plain_cells(self._source.record[0]) if self._source.record else []
        if len(cells) != self._width or not self._width:
            return None
        self._source.give_back()
        return _Mended(cells)

    def _is_several(self) -> bool:
        """Whether the lines of a record are rows, each of them, which a mark that is not closed ran together."""
        record = self._source.record
        return self._width >= _PLAIN_WIDTH and all(len(self._plain_cells(line)) == self._width for line in record)

    def _plain_cells(self, line: str) -> list[str]:
        return [_unquoted(cell) for cell in line.rstrip("\n").split(self._delimiter)]

    def _unreadable(self, error: csv.Error) -> RowRefused:
        first, last = self._source.first, self._source.last
        if last == first:
            return RowRefused(
                "not CSV", f"The row cannot be read: {error}.", "Write a quotation mark within quotes twice."
            )
        return RowRefused(
            "not CSV",
            f"Lines {first} to {last} were taken for one row that cannot be read: {error}.",
            f"Look for a quotation mark that is not closed on line {first}.",
        )


def _unquoted(cell: str) -> str:
    """A cell without the marks around it; one that has others within keeps them."""
    inner = cell.strip()
    if len(inner) > 1 and inner[0] == inner[-1] == '"' and '"' not in inner[1:-1].replace('""', ""):
        return inner[1:-1].replace('""', '"')
    return cell


class _Source:
    """Lines as text for the csv module, remembering which a record took and what was wrong in them."""

    def __init__(self, path: Path, encoding: str | None) -> None:
        self._lines = lines(path, encoding)
        self._giants: list[int] = []
        self._given_back: deque[tuple[int, str, RowRefused | None]] = deque()
        self._taken: list[tuple[int, str, RowRefused | None]] = []

    def begin(self) -> None:
        """Begin a record."""
        self._taken = []

    @property
    def first(self) -> int:
        """Number of the first line of the record."""
        return self._taken[0][0] if self._taken else 0

    @property
    def last(self) -> int:
        """Number of its last line."""
        return self._taken[-1][0] if self._taken else 0

    @property
    def record(self) -> list[str]:
        """The lines of the record."""
        return [text for _, text, _ in self._taken]

    @property
    def fault(self) -> RowRefused | None:
        """What is wrong in the record's bytes."""
        return next((fault for _, _, fault in self._taken if fault), None)

    def give_back(self) -> None:
        """Have all lines of the record but the first read again."""
        self._given_back.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]

    def giants(self) -> Iterator[tuple[int, RowRefused]]:
        """Refusals of the lines passed over, each once."""
        numbers, self._giants = self._giants, []
        for number in numbers:
            yield number, giant_line()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._given_back:
            self._taken.append(self._given_back.popleft())
            return self._taken[-1][1]
        for number, line in self._lines:
            if line is None:
                self._giants.append(number)
                continue
            self._taken.append((number, *_text(line)))
            return self._taken[-1][1]
        raise StopIteration


def _text(line: bytes) -> tuple[str, RowRefused | None]:
    try:
        return line.decode() + "\n", None
    except UnicodeDecodeError as error:
        return line.decode(errors="replace") + "\n", not_utf8(error.start + 1, line[error.start])
