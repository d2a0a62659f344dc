"""Similarity of items, by those of the channels it is measured in that both have vectors in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.channels.registry import likeness_channels
from retrieval.snapshot import Rows, Snapshot


def likeness(snapshot: Snapshot, rows: Rows) -> NDArray[np.float32]:
    """Mean cosine over the channels that both items of a pair have vectors in, shape (n, n)."""
    total = np.zeros((len(rows), len(rows)), dtype=np.float32)
    count = np.zeros_like(total)
    for name in likeness_channels():
        table = snapshot.tables.get(name)
        if table is None:
            continue
        there = table.present[rows]
        first = table.matrix[np.where(there, table.starts[rows], 0)]
        both = np.outer(there, there)
        total += np.where(both, first @ first.T, 0)
        count += both
    return np.asarray(total / np.maximum(count, 1), dtype=np.float32)


def likeness_to(snapshot: Snapshot, row: int) -> NDArray[np.float64]:
    """Mean cosine of every item to one of them, over the channels both have vectors in, shape (n_items,).

    NaN where there is no such channel.
    """
    cosines = []
    for name in likeness_channels():
        table = snapshot.tables.get(name)
        if table is not None and table.present[row]:
            cosines.append(table.similarity(table.matrix[table.starts[row] : table.starts[row + 1]]).astype(np.float64))
    if not cosines:
        return np.full(len(snapshot.items), np.nan)
    stacked = np.stack(cosines)
    count = np.isfinite(stacked).sum(axis=0)
    return np.where(count > 0, np.nansum(stacked, axis=0) / np.maximum(count, 1), np.nan)
