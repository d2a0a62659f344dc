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
    for first, second in combinations(filters, 2):
        if first.field == second.field and exclusive(first, second):
            yield Note("excluding", one=str(first), other=str(second))


def exclusive(condition: Filter, other: Filter) -> bool:
    """Whether no item can meet both conditions on the same field."""
    if condition.op in ("has", "has not", "has any", "has none"):
        pair = {condition.op: set(condition.keys()), other.op: set(other.keys())}
        wanted = pair.get("has", set()) | pair.get("has any", set())
        refused = pair.get("has not", set()) | pair.get("has none", set())
        # Of two that want something of a list an item can have both: only a refusal excludes.
        return bool(wanted) and bool(refused) and wanted <= refused
    ranges = _range(condition), _range(other)
    if ranges[0] is not None and ranges[1] is not None:
        return _apart(ranges[0], ranges[1]) or _apart(ranges[1], ranges[0])
    own, others = set(condition.keys()), set(other.keys())
    if condition.op in ("=", "in") and other.op in ("=", "in"):
        return not own & others
    if condition.op in ("=", "in") and other.op in ("!=", "not in"):
        return own <= others
    return other.op in ("=", "in") and condition.op in ("!=", "not in") and others <= own


def _range(condition: Filter) -> _Range | None:
    """The stretch of numbers that meets a condition; None where it is of no numbers, or of more than one stretch."""
    keys = [key for key in condition.keys() if isinstance(key, float)]  # noqa: SIM118 - not a mapping
    if len(keys) != len(condition.values) or not keys:
        return None
    if condition.op in ("<", "<="):
        return -math.inf, True, keys[0], condition.op == "<="
    if condition.op in (">", ">="):
        return keys[0], condition.op == ">=", math.inf, True
    if condition.op == "..":
        return keys[0], True, keys[1], True
    return (keys[0], True, keys[0], True) if condition.op == "=" else None


def _apart(below: _Range, above: _Range) -> bool:
    """Whether the first ends before the second begins."""
    return below[2] < above[0] or (below[2] == above[0] and not (below[3] and above[1]))


__all__ = ["conflicts", "exclusive"]
