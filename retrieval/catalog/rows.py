"""Rows, whatever they came from, as items one at a time, and a plain report on every row that is not one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from retrieval.catalog.problems import Flaw, RowProblem, RowRefused, shown
from retrieval.catalog.row_reader import RowReader
from retrieval.items import Item


def read_rows(rows: Iterable[tuple[int, object]], reader: RowReader) -> Iterator[Item | RowProblem]:
    """Items in the order of their rows; problems directly after the item they degrade, or in place of one.

    Args:
        rows: Each with its number; a row that is `RowRefused` already is reported, and so is one that is no mapping.
    """
    numbers: dict[str, int] = {}
    for number, row in rows:
        try:
            item, flaws = _read(reader, row)
            first = numbers.setdefault(item.id, number)
            if first != number:
                raise _duplicate(item.id, first)
        except RowRefused as refused:
            yield RowProblem(number, refused.id, refused.kind, refused.reason, refused.hint, "skipped")
            continue
        yield item
        for flaw in flaws:
            yield RowProblem(number, item.id, flaw.kind, flaw.reason, flaw.hint, "degraded")


def _read(reader: RowReader, row: object) -> tuple[Item, list[Flaw]]:
    if isinstance(row, RowRefused):
        raise row
    if not isinstance(row, Mapping):
        raise RowRefused("not an object", f"The row is {shown(row)}, not an object.", "Give columns by name.")
    return reader.read(row)


def _duplicate(id_: str, line: int) -> RowRefused:
    return RowRefused("duplicate id", f"The id was already used on line {line}.", "Give every row its own.", id=id_)
