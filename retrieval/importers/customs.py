"""The custom of a file of events, told from its first rows: what ratings, ids and dates mean beyond a single one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from retrieval.importers.ratings import rating_of
from retrieval.importers.times import DayOrder, order_of
from retrieval.importers.words import is_missing
from retrieval.interactions import InteractionKind

LOOKED_AT = 200_000  # rows
TOP_OF_SCALES = 100.0  # ratings go no higher; what does is a count or an amount
_SENTINELS = (-1.0, 99.0)
_DISTINCT = 10_000  # values of which the numbers are kept
_WHOLE = re.compile(r"[+-]?\d{1,15}\.0+")


@dataclass(frozen=True, slots=True)
class Customs:
    """How the cells of a file are meant.

    Attributes:
        unrated: Ratings that stand for "not rated".
        counts: Whether what looks like ratings are counts or amounts.
        whole: Which of `user` and `item` are written as `7.0` for 7.
        order: What comes first in dates such as 03/04/2013; None where that is not known.
        kind: What a row is that says nothing of its kind and gives no rating.
    """

    unrated: frozenset[float] = frozenset()
    counts: bool = False
    whole: frozenset[str] = frozenset()
    order: DayOrder | None = None
    kind: InteractionKind = "view"


@dataclass(slots=True)
class _Ids:
    """What was seen in the cells of ids."""

    n: int = 0
    n_whole: int = 0
    n_known: int = 0


@dataclass(slots=True)
class _Seen:
    values: Counter[float] = field(default_factory=Counter)
    orders: set[DayOrder] = field(default_factory=set)
    ids: Mapping[str, _Ids] = field(default_factory=lambda: {"user": _Ids(), "item": _Ids()})


def customs_of(
    rows: Iterable[Mapping[str, object]], known: Container[str] = frozenset(), *, purchases: bool = False
) -> Customs:
    """The customs of rows.

    Args:
        rows: The first of a file.
        known: Ids of the catalog; where it holds `7.0` itself, that is meant.
        purchases: Whether the rows are of orders.
    """
    seen = _Seen()
    for row in rows:
        _look(row, seen, known)
    unrated = unrated_in(seen.values)
    return Customs(
        unrated=frozenset(unrated or ()),
        counts=unrated is None,
        whole=frozenset(what for what, ids in seen.ids.items() if ids.n == ids.n_whole > 0 == ids.n_known),
        order=next(iter(seen.orders)) if len(seen.orders) == 1 else None,
        kind="purchase" if purchases else "view",
    )


def unrated_in(values: Mapping[float, int]) -> Collection[float] | None:
    """Which of these ratings stand for "not rated"; None where they are counts, and no ratings at all.

    Five stars begin at one, or at half a one, so zero is none of them. On longer scales what is given at the very
    bottom is rare: a zero that is more frequent than the rest of the lowest tenth is none of it either. Nor are -1 and
    99 where they lie outside of all other values.

    Args:
        values: How often each was given.
    """
    if not values:
        return ()
    marks = {value for value in _SENTINELS if value in values and _stands_apart(value, values)}
    rest = {value: n for value, n in values.items() if value not in marks and value != 0}
    if rest and max(rest) > TOP_OF_SCALES:
        return None
    if 0.0 in values and _is_unrated(values[0.0], rest):
        marks.add(0.0)
    return marks


def custom_notes(customs: Customs, unrated: Mapping[float, int]) -> Iterator[str]:
    """What was taken otherwise than it is written, in sentences.

    Args:
        unrated: How many events give each of the values that stand for "not rated".
    """
    if unrated:
        values = " and ".join(f"{value:g}" for value in sorted(unrated))
        n = sum(unrated.values())
        yield f"Ratings of {values} lie outside of the scale and say “not rated”: {n:,}, taken as views."
    if customs.counts:
        yield "What stands in place of ratings goes beyond 100: these are counts or amounts, and no ratings."
    if customs.whole:
        yield f"Ids written as 7.0 are taken as 7 ({' and '.join(sorted(customs.whole))})."
    if customs.order:
        first = "the day" if customs.order == "day" else "the month"
        yield f"In dates such as 03/04/2013, {first} comes first, as the others of this file show."


def _stands_apart(value: float, values: Mapping[float, int]) -> bool:
    others = [other for other in values if other != value and other not in _SENTINELS]
    if value < 0:
        # of likes and dislikes, 1 and -1 are the whole scale
        return all(other >= 0 for other in others) and (not others or max(others) > 1)
    return bool(others) and max(others) <= 10 and min(others) < 0


def _is_unrated(n_zeros: int, rest: Mapping[float, int]) -> bool:
    if not rest:
        return True
    top = max(rest)
    if min(rest) < 0 or top <= 3:  # yes and no, or bad, fair and good
        return False
    if 4 < top <= 5:
        return True
    return n_zeros > sum(n for value, n in rest.items() if value <= max(1.0, top / 10))


def _look(row: Mapping[str, object], seen: _Seen, known: Container[str]) -> None:
    for what, ids in seen.ids.items():
        text = "" if row.get(what) is None else str(row[what]).strip()
        if not is_missing(text):
            ids.n += 1
            ids.n_whole += bool(_WHOLE.fullmatch(text))
            ids.n_known += what == "item" and text in known
    if isinstance(time := row.get("time"), str) and len(seen.orders) < 2 and (order := order_of(time)):
        seen.orders.add(order)
    try:
        value = rating_of(row.get("value"))
    except ValueError:
        return
    if value is not None and (value in seen.values or len(seen.values) < _DISTINCT):
        seen.values[value] += 1
