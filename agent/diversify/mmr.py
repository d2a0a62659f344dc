"""Diversify: pick a list whose items are good and not all alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.diversify.calibration import Calibration, Calibrator
from agent.rerank.rerank import Scored
from retrieval.snapshot import Rows, Snapshot


def mmr(
    relevance: Sequence[float],
    alike: NDArray[np.float32],
    k: int,
    diversity: float,
    calibration: Calibration | None = None,
) -> list[int]:
    """Positions of `k` items by maximal marginal relevance, in the order they are chosen.

    next = argmax over i not chosen of (1 - diversity) * relevance(i) - diversity * max over j chosen of alike(i, j)

    With a calibration the loss of the list with i in it stands beside likeness, of the same weight.

    Args:
        relevance: In [0, 1], any order; the best item always comes first.
        alike: Cosine between items, shape (n, n).
        diversity: 0 keeps the order of relevance, 1 looks at likeness alone.

    Source: Carbonell and Goldstein, The Use of MMR, SIGIR 1998, equation 1.
    """
    scores = np.asarray(relevance, dtype=np.float64)
    closest = np.full(len(scores), -np.inf)
    open_positions = np.ones(len(scores), dtype=bool)
    chosen: list[int] = []
    while len(chosen) < min(k, len(scores)):
        gain = scores if not chosen else (1 - diversity) * scores - diversity * closest
        if chosen and calibration is not None:
            gain = gain - diversity * calibration.loss(chosen)
        best = int(np.argmax(np.where(open_positions, gain, -np.inf)))
        chosen.append(best)
        open_positions[best] = False
        closest = np.maximum(closest, alike[best])
    return chosen


def diversify(
    ranked: Sequence[Scored], snapshot: Snapshot, k: int, diversity: float, calibrator: Calibrator | None = None
) -> list[Scored]:
    """The `k` candidates to show, best first, near-repeats held back by as much as `diversity` says."""
    if diversity <= 0 or len(ranked) <= 1:
        return list(ranked[:k])
    rows = np.array([scored.candidate.row for scored in ranked], dtype=np.intp)
    scores, calibration = [scored.score for scored in ranked], calibrator.of(rows) if calibrator else None
    return [ranked[at] for at in mmr(scores, likeness(snapshot, rows), k, diversity, calibration)]


def likeness(snapshot: Snapshot, rows: Rows) -> NDArray[np.float32]:
    """Mean cosine over the channels that both items of a pair have vectors in, shape (n, n)."""
    total = np.zeros((len(rows), len(rows)), dtype=np.float32)
    count = np.zeros_like(total)
    for name in ("text", "visual"):
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
    found = []
    for name in ("text", "visual"):
        table = snapshot.tables.get(name)
        if table is not None and table.present[row]:
            found.append(table.similarity(table.matrix[table.starts[row] : table.starts[row + 1]]).astype(np.float64))
    if not found:
        return np.full(len(snapshot.items), np.nan)
    stacked = np.stack(found)
    count = np.isfinite(stacked).sum(axis=0)
    return np.where(count > 0, np.nansum(stacked, axis=0) / np.maximum(count, 1), np.nan)
