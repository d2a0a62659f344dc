"""Rows, whatever they came from, as items one at a time, and a plain report on every row that is not one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from retrieval.catalog.media_paths import ADDRESS
from retrieval.catalog.problems import Flaw, RowProblem, RowRefused, shown
from retrieval.catalog.row_reader import RowReader
from retrieval.items import Item


def read_rows(
    rows: Iterable[tuple[int, object]], reader: RowReader, lines: dict[str, int] | None = None
) -> Iterator[Item | RowProblem]:
    """Items in the order of their rows; problems directly after the item they degrade, or in place of one.

    Args:
        rows: Each with its number; a row that is `RowRefused` already is reported, and so is one that is no mapping;
            a `RowProblem` is passed on.
        lines: Where it is kept which number the row of each item has, for problems that are found later.
    """
    numbers = {} if lines is None else lines
    for number, row in rows:
        if isinstance(row, RowProblem):
            yield row
            continue
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
            yield flaw.at(number, item.id)


def one_for_all_addresses(rows: Iterable[Item | RowProblem]) -> Iterator[Item | RowProblem]:
    """The same with one problem at the end for all media that are addresses: a whole export may have no others."""
    addresses: list[RowProblem] = []
    count, ids = 0, set[str | None]()
    for row in rows:
        if isinstance(row, RowProblem) and row.reason.endswith(f"{ADDRESS}."):
            addresses = addresses or [row]
            count += 1
            ids.add(row.id)
        else:
            yield row
    for first in addresses:
        yield first if count == 1 else _of_all(first, count, len(ids))


def _of_all(first: RowProblem, count: int, n_items: int) -> RowProblem:
    further = f"{first.reason} So are {count - 1:,} more, {count:,} in all, of {n_items:,} items."
    return replace(first, reason=further)


def _read(reader: RowReader, row: object) -> tuple[Item, list[Flaw]]:
    if isinstance(row, RowRefused):
        raise row
    if not isinstance(row, Mapping):
        raise RowRefused("not an object", f"The row is {shown(row)}, not an object.", "Give columns by name.")
    return reader.read(row)


def _duplicate(id_: str, line: int) -> RowRefused:
    return RowRefused(
        "duplicate id",
        f"The id was already used on line {line}.",
        "Give every row its own, or let the variants of a product follow each other.",
        id=id_,
    )
