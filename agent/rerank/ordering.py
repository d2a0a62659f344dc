"""Ordering: candidates in the order that a person asks for, and in bands that no score can cross."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from agent.rerank.scored import Scored
from agent.rules import NO_SWAY, Sway
from agent.understand.orders import ranked
from agent.understand.parsed import SortOrder
from retrieval.items import Item


def ordered(candidates: Sequence[Scored], order: SortOrder, items: Sequence[Item]) -> list[Scored]:
    """The candidates by what is asked for, from the place that is meant on; what is equal stays as it was.

    Args:
        items: Of the catalog, by row.
    """
    rows = np.array([scored.candidate.row for scored in candidates], dtype=np.intp)
    values = np.full(len(items), np.nan)
    values[rows] = [_number(items[row].value(order.field)) for row in rows]
    by_row = {scored.candidate.row: scored for scored in candidates}
    return [by_row[int(row)] for row in ranked(rows, values, order.direction)][order.place - 1 :]


def bands(
    candidates: Sequence[Scored], called: Container[int], later: Container[int], sway: Sway = NO_SWAY
) -> list[list[Scored]]:
    """The candidates in bands of which the first come first, whatever their scores; none is empty.

    Args:
        called: Rows of those that bear the very model number that is asked for: they lead all that no rule pins.
        later: Rows of those that do not say whether they hold what was refused: they come last.
        sway: What the shop's rules do to the request.
    """
    pinned = {row: at for at, row in enumerate(sway.pinned)}
    first: dict[int, list[Scored]] = {}
    ranked_bands: tuple[list[Scored], ...] = ([], [], [], [])
    for scored in candidates:
        row = scored.candidate.row
        if row in pinned and row not in later:
            first[pinned[row]] = [scored]
        else:
            ranked_bands[3 if row in later else 2 if row in sway.buried else 0 if row in called else 1].append(scored)
    return [*(first[at] for at in sorted(first)), *(band for band in ranked_bands if band)]


def boosted(candidates: Sequence[Scored], sway: Sway) -> list[Scored]:
    """The candidates with those that a rule boosts so many places further up, with the score that belongs there."""
    risen = list[Scored]()
    for at, scored in enumerate(candidates):
        places = sway.boosted.get(scored.candidate.row, 0)
        target = max(at - places, 0)
        score = max(scored.score, candidates[target].score)
        risen.insert(target, replace(scored, score=score) if places else scored)
    return risen


def _number(value: object) -> float:
    if isinstance(value, bool) or value is None:
        return np.nan
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):  # days are stored as text
        try:
            return float(date.fromisoformat(value).toordinal())
        except ValueError:
            return np.nan
    return np.nan


__all__ = ["bands", "boosted", "ordered"]
