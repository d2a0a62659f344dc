"""What the columns of a catalog are, by all their cells, before any value is read from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from retrieval.catalog.markup import plain_text
from retrieval.catalog.problems import RowProblem, shown
from retrieval.schema import Decimal, Field, Schema
from retrieval.spelling.column import SHAPE, Column
from retrieval.spelling.decimals import decimal_shown, is_open
from retrieval.spelling.prices import digits_in

MOST_COLUMNS = 2_000  # that are looked at; rows with keys made of data would fill the memory
_MOST_SHAPES = 5_000
_LONGEST = 1_000  # characters of a cell that may be more than text
_WHAT = {"number": "numbers", "integer": "numbers", "boolean": "yes or no", "date": "dates"}


@dataclass(frozen=True, slots=True)
class Columns:
    """What was decided of the columns of a catalog.

    Attributes:
        fields: Columns that are more than text, with the customs by which they are read.
        notes: What somebody should know of them.
    """

    fields: Mapping[str, Field] = field(default_factory=dict)
    notes: tuple[RowProblem, ...] = ()

    def beside(self, declared: Schema | None) -> Schema:
        """What is declared, and what was decided of all other columns."""
        fields = dict(declared.fields) if declared else {}
        return Schema([*fields.values(), *(own for name, own in self.fields.items() if name not in fields)])


def decide(rows: Iterable[tuple[int, Mapping[str, object]]], declared: Schema | None, *, typed: bool) -> Columns:
    """What the columns are that no schema declares, by all their cells.

    Args:
        rows: Cells by the name of their column, with the line of the row.
        typed: Whether the format tells text from numbers; text is left as text there, unless its column has both.
    """
    columns: dict[str, Column] = {}
    prices = _Prices()
    first = 0
    for line, cells in rows:
        first = first or line
        for name, cell in cells.items():
            if name == "price":
                prices.add(cell)
            elif not (declared and declared.find(name)) and (name in columns or len(columns) < MOST_COLUMNS):
                _add(columns, name, cell)
    likely = _likely([*(column.votes() for column in columns.values()), prices.votes])
    decided = {name: own for name, column in columns.items() if (own := _decided(column, likely, typed))}
    price = declared.find("price") if declared else None
    mark = prices.decimal(likely)
    if mark and price is None:
        decided["price"] = replace(Field.of("price", "number"), decimal=mark)
    notes = [note for name, column in columns.items() for note in _notes(first, column, decided.get(name))]
    return Columns(decided, tuple(notes))


def _add(columns: dict[str, Column], name: str, cell: object) -> None:
    column = columns.get(name)
    if column is None:
        column = columns[name] = Column(name)
    if isinstance(cell, str) and len(cell) > _LONGEST:
        cell = cell[:_LONGEST]
    column.add(plain_text(cell) if isinstance(cell, str) and ("&" in cell or "<" in cell) else cell)


def _likely(votes: list[Counter[Decimal]]) -> Decimal | None:
    """The decimal mark of the whole table: the one that most of its columns show."""
    columns = Counter(count.most_common(1)[0][0] for count in votes if count)
    return columns.most_common(1)[0][0] if columns else None


def _decided(column: Column, likely: Decimal | None, typed: bool) -> Field | None:
    if typed and column.texts == column.count:
        return None
    return column.decide(likely)


def _notes(line: int, column: Column, own: Field | None) -> Iterable[RowProblem]:
    if own is None:
        if column.open_days:
            yield RowProblem(
                line, None, "dates", f"{column.name}: its dates read either way, and were left as text.",
                "Declare 'order: day' or 'order: month' for it in the schema.", "noted",
            )  # fmt: skip
        return
    if own.type == "list":
        return
    count, examples = column.misfits(own.type)
    if count:
        examples_shown = ", ".join(shown(example, 40) for example in examples)
        yield RowProblem(
            line, None, "other values",
            f"{column.name}: {count:,} of {column.count:,} values are no {_WHAT[own.type]}: {examples_shown}.",
            "They were left out; correct them, or declare the column as text.", "degraded",
        )  # fmt: skip
    if column.about and own.type in ("number", "integer"):
        yield RowProblem(
            line, None, "rough values",
            f"{column.name}: values such as {', '.join(map(shown, column.about))} were read as numbers.",
            "Declare the column as text, if that is wrong.", "noted",
        )  # fmt: skip


class _Prices:
    """Which decimal mark the built-in column of prices shows."""

    def __init__(self) -> None:
        self.votes: Counter[Decimal] = Counter()
        self._open: Counter[Decimal] = Counter()
        self._known: dict[str, list[str]] = {}

    def add(self, cell: object) -> None:
        """Take a cell into account."""
        if not isinstance(cell, str):
            return
        shape = cell.translate(SHAPE)
        if shape not in self._known:
            if len(self._known) == _MOST_SHAPES:
                self._known.clear()
            self._known[shape] = digits_in(cell)
        for digits in self._known[shape]:
            if shown_mark := decimal_shown(digits):
                self.votes[shown_mark] += 1
            elif is_open(digits):
                self._open["comma" if "." in digits else "point"] += 1

    def decimal(self, likely: Decimal | None) -> Decimal | None:
        """The mark, where the column shows one or has digits that read either way."""
        if self.votes:
            return self.votes.most_common(1)[0][0]
        if not self._open:
            return None
        # shops have no thousandths: three digits behind a mark are thousands, wherever all have three
        return self._open.most_common(1)[0][0] if len(self._open) == 1 else likely


__all__ = ["Columns", "decide"]
