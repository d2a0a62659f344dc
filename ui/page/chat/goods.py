"""Goods for a first visit: varied, each a typical one of its kind, and each with a picture."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from retrieval.channels.registry import VISUAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.items import Item
    from retrieval.snapshot import DenseTable, Snapshot

MOST = 8
LOOKED_AT = 2_000  # items


def goods(snapshot: Snapshot) -> list[Item]:
    """Up to eight items: of each category the most typical one, the larger categories first, then the next ones."""
    shelves: defaultdict[str, list[int]] = defaultdict(list)
    for row, item in enumerate(snapshot.items[:LOOKED_AT]):
        if any(medium.kind == "image" and not medium.problem for medium in item.media):
            shelves[item.category or ""].append(row)
    table = snapshot.tables.get(VISUAL.name)
    by_size = sorted(shelves.values(), key=len, reverse=True)
    rounds = zip_longest(*(_typical(rows, table) for rows in by_size[:MOST]))
    chosen = [snapshot.items[row] for together in rounds for row in together if row is not None]
    unlike = {item.title: item for item in reversed(chosen)}  # the same thing in two sizes is shown once
    return [item for item in chosen if unlike[item.title] is item][:MOST]


def _typical(rows: Sequence[int], table: DenseTable | None) -> list[int]:
    """Rows of one category: the one nearest to the middle of all, then those least like what was chosen before."""
    known = [row for row in rows if table is not None and table.starts[row + 1] > table.starts[row]]
    if table is None or len(known) < len(rows):
        return list(rows[:MOST])
    vectors = table.matrix[table.starts[rows]]
    order = [int(np.argmax(vectors @ vectors.mean(axis=0)))]
    while len(order) < min(MOST, len(rows)):
        nearness = (vectors @ vectors[order].T).max(axis=1)
        nearness[order] = np.inf
        order.append(int(np.argmin(nearness)))
    return [rows[at] for at in order]
