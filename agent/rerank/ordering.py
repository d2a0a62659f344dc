"""Ordering: candidates in the order that a person asks for, and those that leave something unsaid behind the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from agent.rerank.scored import Scored
from agent.understand.orders import ranked
from agent.understand.parsed import SortOrder
from retrieval.items import Item
from retrieval.snapshot import Rows


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


def unsaid_later(candidates: Sequence[Scored], later: Rows) -> list[Scored]:
    """The candidates with those behind the others that do not say what was asked of them."""
    behind = set(later.tolist())
    return sorted(candidates, key=lambda scored: scored.candidate.row in behind)


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


__all__ = ["ordered", "unsaid_later"]
