"""Diversify: pick a list whose items are good and not all alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.diversify.calibration import Calibration, Calibrator
from agent.rerank import Scored
from retrieval.similarity import likeness
from retrieval.snapshot import Snapshot


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
        # The first is the best whatever the diversity: nothing is chosen that it could be like.
        gain = scores if not chosen else (1 - diversity) * scores - diversity * closest
        if chosen and calibration is not None:
            gain = gain - diversity * calibration.loss(chosen)
        best = int(np.argmax(np.where(open_positions, gain, -np.inf)))
        chosen.append(best)
        open_positions[best] = False
        closest = np.maximum(closest, alike[best])  # carried along: looked for anew, it would cost k times as much
    return chosen


def diversify(
    ranked: Sequence[Scored], snapshot: Snapshot, k: int, diversity: float, calibrator: Calibrator | None = None
) -> list[Scored]:
    """The `k` candidates to show, best first, near-repeats held back by as much as `diversity` says."""
    if diversity <= 0 or len(ranked) <= 1:
        return list(ranked[:k])
    rows = np.array([scored.candidate.row for scored in ranked], dtype=np.intp)
    scores = [scored.score for scored in ranked]
    calibration = calibrator.of(rows) if calibrator else None
    return [ranked[at] for at in mmr(scores, likeness(snapshot, rows), k, diversity, calibration)]
