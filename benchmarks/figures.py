"""Measured values against what was aimed at, as rows of the table."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from benchmarks.table import Row

Z_95 = 1.96


def observed(name: str, value: float, unit: str, note: str) -> Row:
    """A row of a value at which nothing was aimed."""
    return Row(name, value, None, unit, None, "", None, note)


def at_most(name: str, value: float, limit: float, unit: str, note: str) -> Row:
    """A row of a value that is the better the smaller it is."""
    return Row(name, value, None, unit, None, f"at most {limit:g}", value <= limit, note)


def at_least(name: str, value: float, floor: float | None, unit: str, note: str, *, peer: float | None = None) -> Row:
    """A row of a value that is the better the larger it is; `floor` is what was aimed at, if anything."""
    ratio = value / peer if peer else None
    target = "" if floor is None else f"at least {floor:,g}"
    return Row(name, value, peer, unit, ratio, target, None if floor is None else value >= floor, note)


def not_run(name: str, why: str) -> Row:
    """A row that says why there is no value."""
    return Row(name, None, None, "", None, "", None, f"not run: {why}")


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of the values do not exceed, interpolated between neighbours."""
    return float(np.percentile(values, percent))


def lower_bound(hits: int, trials: int) -> float:
    """The least rate that is still likely (95 %, both sides) when `hits` of `trials` were seen.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22(158), 1927.
    """
    rate, z2 = hits / trials, Z_95**2
    centre = rate + z2 / (2 * trials)
    spread = Z_95 * math.sqrt(rate * (1 - rate) / trials + z2 / (4 * trials**2))
    return max(0.0, (centre - spread) / (1 + z2 / trials)) if hits else 0.0
