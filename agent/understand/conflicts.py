"""Must-haves that no one item can meet, found without looking at any."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

from agent.language.messages import Note
from retrieval.filters import Filter

_Range = tuple[float, bool, float, bool]  # low end, whether it is in it, high end, whether it is in it


def conflicts(filters: Sequence[Filter]) -> Iterator[Note]:
    """One sentence for each two conditions on the same field that exclude each other."""
    for one, other in combinations(filters, 2):
        if one.field == other.field and exclusive(one, other):
            yield Note("excluding", one=str(one), other=str(other))


def exclusive(one: Filter, other: Filter) -> bool:
    """Whether no item can meet both conditions on the same field."""
    if one.op in ("has", "has not", "has any", "has none"):
        pair = {one.op: set(one.keys()), other.op: set(other.keys())}
        wanted, refused = (
            pair.get("has", set()) | pair.get("has any", set()),
            pair.get("has not", set()) | pair.get("has none", set()),
        )
        return bool(wanted) and bool(refused) and wanted <= refused
    ranges = _range(one), _range(other)
    if ranges[0] is not None and ranges[1] is not None:
        return _apart(ranges[0], ranges[1]) or _apart(ranges[1], ranges[0])
    first, second = set(one.keys()), set(other.keys())
    if one.op in ("=", "in") and other.op in ("=", "in"):
        return not first & second
    if one.op in ("=", "in") and other.op in ("!=", "not in"):
        return first <= second
    return other.op in ("=", "in") and one.op in ("!=", "not in") and second <= first


def _range(one: Filter) -> _Range | None:
    keys = [key for key in one.keys() if isinstance(key, float)]  # noqa: SIM118 - not a mapping
    if len(keys) != len(one.values) or not keys:
        return None
    if one.op in ("<", "<="):
        return -math.inf, True, keys[0], one.op == "<="
    if one.op in (">", ">="):
        return keys[0], one.op == ">=", math.inf, True
    if one.op == "..":
        return keys[0], True, keys[1], True
    return (keys[0], True, keys[0], True) if one.op == "=" else None


def _apart(below: _Range, above: _Range) -> bool:
    """Whether the first ends before the second begins."""
    return below[2] < above[0] or (below[2] == above[0] and not (below[3] and above[1]))


__all__ = ["conflicts", "exclusive"]
