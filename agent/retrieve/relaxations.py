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

MOST_FILTERS = 12  # that are tried in pairs, which are 66 then
MOST_WORDED = 4

_Mask = NDArray[np.bool_]


def relaxations(
    filters: Sequence[Filter], columns: FilterColumns, within: _Mask | None = None
) -> tuple[Relaxation, ...]:
    """Ways to ask for less that give items, those that give up least first; none when items meet all filters.

    Args:
        within: Items that may be shown whatever is given up; all where it is not given.

    Each single filter is moved to the nearest bound that gives items, where it is a bound, and dropped. Where no single
    one stands in the way of all items, pairs are dropped.

    Raises:
        FilterError: a field is not filterable.
    """
    allowed = np.ones(columns.n_items, dtype=np.bool_) if within is None else within
    masks = [columns.mask(must) & allowed for must in filters]
    if not filters or _meeting_all(masks, columns.n_items).any():
        return ()
    ways = list[Relaxation]()
    for at, must in enumerate(filters):
        meets_rest = _meeting_all([mask for other, mask in enumerate(masks) if other != at], columns.n_items) & allowed
        if meets_rest.any():  # else no item is gained whatever becomes of this one
            ways += _move_bound(must, meets_rest, columns)
            ways.append(Relaxation((str(must),), None, int(meets_rest.sum())))
    if not ways and len(filters) <= MOST_FILTERS:
        ways += _drop_pairs(filters, masks, allowed)
    return tuple(ways)


def word_relaxations(
    filters: Sequence[Filter], ways: Sequence[Relaxation], columns: FilterColumns, within: _Mask | None = None
) -> Iterator[Note]:
    """Relaxations for people: which wish excludes what, what each relaxation would give, and a question."""
    allowed = np.ones(columns.n_items, dtype=np.bool_) if within is None else within
    masks = [columns.mask(must) & allowed for must in filters]
    if not filters or _meeting_all(masks, columns.n_items).any():
        return
    if len(filters) > 1:
        counts = tuple(_count_note(must, int(mask.sum())) for must, mask in zip(filters, masks, strict=True))
        yield Note("taken alone", counts=counts)
    for way in ways[:MOST_WORDED]:
        yield Note("instead" if way.instead else "without", n=way.n_items, dropped=way.dropped, instead=way.instead)
    if ways:
        yield Note("which may go")


def _move_bound(must: Filter, meets_rest: _Mask, columns: FilterColumns) -> Iterator[Relaxation]:
    """The filter with its bound moved just so far that an item meets it and all others."""
    numbers = columns.numbers(must.field)
    if numbers is None or must.op not in ("<", "<=", ">", ">=", "..", "="):
        return
    rows, values = numbers
    usable = meets_rest[rows]
    rows, values = rows[usable], values[usable]
    if not len(values):  # those that meet the rest have no number here: no bound lets them in
        return
    keys = [float(key) for key in must.keys()]  # noqa: SIM118 - not a mapping
    distance = np.maximum(keys[0] - values, 0) if must.op in (">", ">=") else np.maximum(values - keys[-1], 0)
    if must.op in ("..", "="):
        distance = np.maximum(distance, keys[0] - values)
    nearest = float(values[np.argmin(distance)])
    loosened = _with_bound(must, nearest)
    if loosened is not None:
        n_items = int((meets_rest & columns.mask(loosened)).sum())
        yield Relaxation((str(must),), str(loosened), n_items)


def _with_bound(must: Filter, value: float) -> Filter | None:
    """The filter, wide enough to let a value in."""
    bound = date.fromordinal(int(value)) if isinstance(must.values[0], date) else value
    if must.op in ("..", "="):
        first, last = must.values[0], must.values[-1]
        low, high = (bound, last) if bound < first else (first, bound)  # type: ignore[operator]  # of one kind
        return Filter(must.field, "..", (low, high))
    op: Op = "<=" if must.op in ("<", "<=") else ">="  # the value itself is in, even where the bound was not
    return Filter(must.field, op, (bound,))


def _drop_pairs(filters: Sequence[Filter], masks: Sequence[_Mask], allowed: _Mask) -> Iterator[Relaxation]:
    for dropped in combinations(range(len(filters)), 2):
        meets_rest = _meeting_all(
            [allowed, *(mask for at, mask in enumerate(masks) if at not in dropped)], len(allowed)
        )
        if meets_rest.any():
            yield Relaxation(tuple(str(filters[at]) for at in dropped), None, int(meets_rest.sum()))


def _meeting_all(masks: Sequence[_Mask], n_items: int) -> _Mask:
    met = np.ones(n_items, dtype=np.bool_)
    for mask in masks:
        met &= mask
    return met


def _count_note(must: Filter, n: int) -> Note:
    return Note("counted", filter=str(must), n=n) if n else Note("counted none", filter=str(must))


__all__ = ["relaxations", "word_relaxations"]
