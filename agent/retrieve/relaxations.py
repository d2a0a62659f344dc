"""What could be given up when no item meets all must-haves, and how many items that would give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from agent.answers import Relaxation
from agent.language.messages import Note
from retrieval.filters import Filter, FilterColumns, Op

MOST_FILTERS = 12  # that are tried in pairs
MOST_TOLD = 4

_Mask = NDArray[np.bool_]


def relaxations(filters: Sequence[Filter], columns: FilterColumns) -> tuple[Relaxation, ...]:
    """Ways to ask for less that give items, those that give up least first; none when items meet all filters.

    Each single filter is moved to the nearest bound that gives items, where it is a bound, and dropped. Where no single
    one stands in the way of all items, pairs are dropped.

    Raises:
        FilterError: a field is not filterable.
    """
    masks = [columns.mask(one) for one in filters]
    if not filters or _all(masks, columns.n_items).any():
        return ()
    found = list[Relaxation]()
    for at, one in enumerate(filters):
        others = _all([mask for other, mask in enumerate(masks) if other != at], columns.n_items)
        if others.any():
            found += _moved(one, others, columns)
            found.append(Relaxation((str(one),), None, int(others.sum())))
    if not found and len(filters) <= MOST_FILTERS:
        found += _pairs(filters, masks, columns.n_items)
    return tuple(found)


def told(filters: Sequence[Filter], ways: Sequence[Relaxation], columns: FilterColumns) -> Iterator[Note]:
    """The same for people: which wish excludes what, what each relaxation would give, and a question."""
    if not filters or _all([columns.mask(one) for one in filters], columns.n_items).any():
        return
    if len(filters) > 1:
        yield Note("taken alone", counts=tuple(_counted(one, int(columns.mask(one).sum())) for one in filters))
    for way in ways[:MOST_TOLD]:
        yield Note("instead" if way.instead else "without", n=way.n_items, dropped=way.dropped, instead=way.instead)
    if ways:
        yield Note("which may go")


def _moved(one: Filter, others: _Mask, columns: FilterColumns) -> Iterator[Relaxation]:
    """The filter with its bound moved just so far that an item meets it and all others."""
    numbers = columns.numbers(one.field)
    if numbers is None or one.op not in ("<", "<=", ">", ">=", "..", "="):
        return
    rows, values = numbers
    there = others[rows]
    rows, values = rows[there], values[there]
    if not len(values):
        return
    keys = [float(key) for key in one.keys()]  # noqa: SIM118 - not a mapping
    distance = np.maximum(keys[0] - values, 0) if one.op in (">", ">=") else np.maximum(values - keys[-1], 0)
    if one.op in ("..", "="):
        distance = np.maximum(distance, keys[0] - values)
    nearest = float(values[np.argmin(distance)])
    loosened = _at(one, nearest)
    if loosened is not None:
        n_items = int((others & columns.mask(loosened)).sum())
        yield Relaxation((str(one),), str(loosened), n_items)


def _at(one: Filter, value: float) -> Filter | None:
    bound = date.fromordinal(int(value)) if isinstance(one.values[0], date) else value
    if one.op in ("..", "="):
        first, last = one.values[0], one.values[-1]
        low, high = (bound, last) if bound < first else (first, bound)  # type: ignore[operator]  # of one kind
        return Filter(one.field, "..", (low, high))
    op: Op = "<=" if one.op in ("<", "<=") else ">="
    return Filter(one.field, op, (bound,))


def _pairs(filters: Sequence[Filter], masks: Sequence[_Mask], n_items: int) -> Iterator[Relaxation]:
    for dropped in combinations(range(len(filters)), 2):
        left = _all([mask for at, mask in enumerate(masks) if at not in dropped], n_items)
        if left.any():
            yield Relaxation(tuple(str(filters[at]) for at in dropped), None, int(left.sum()))


def _all(masks: Sequence[_Mask], n_items: int) -> _Mask:
    met = np.ones(n_items, dtype=np.bool_)
    for mask in masks:
        met &= mask
    return met


def _counted(one: Filter, n: int) -> Note:
    return Note("counted", filter=str(one), n=n) if n else Note("counted none", filter=str(one))


__all__ = ["relaxations", "told"]
