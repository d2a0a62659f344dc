"""What became of one case: the little of a ranking that metrics need."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.fusion import Scores
from retrieval.snapshot import Rows


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The places at which the relevant items of one case ended.

    Attributes:
        top: The best rows, best first, at most k.
        scores: Of `top`.
        gains: Of `top`, 0 where not relevant.
        ranks: Rank from 1 of every relevant candidate, ascending, shape (n_relevant,).
        ideal: Gains of all relevant candidates, descending, shape (n_relevant,).
        n_candidates: How many items were ranked.
        k: Cutoff.
    """

    top: Rows
    scores: Scores
    gains: NDArray[np.float64]
    ranks: Rows
    ideal: NDArray[np.float64]
    n_candidates: int
    k: int

    @property
    def hits(self) -> int:
        """Relevant items among the first k."""
        return int(np.count_nonzero(self.gains))


def outcome(case_id: str, rows: Rows, fused: Scores, gains: Mapping[int, float], k: int, seed: int) -> Outcome:
    """Rank the candidates and find the relevant ones.

    Equal scores are put in order by lot, drawn from the seed and the case: neither the order of the catalog nor that of
    the ids, which often follow popularity or age, may decide.

    Args:
        case_id: Of the case.
        rows: The candidates, shape (n,).
        fused: Their scores, finite, shape (n,).
        gains: By row of a relevant item its gain, above 0; those that are no candidates do not count.
        k: Cutoff, at least 1.
        seed: Of the lot.
    """
    lot = np.random.default_rng([seed, zlib.crc32(case_id.encode())]).permutation(len(rows))
    # the last key counts first: by score, and by lot among equals
    order = np.lexsort((lot, -fused))
    worth = _worth(rows, gains)[order]
    top = order[:k]
    return Outcome(
        top=rows[top],
        scores=fused[top],
        gains=worth[:k],
        ranks=np.flatnonzero(worth) + 1,
        ideal=-np.sort(-worth[worth > 0]),
        n_candidates=len(rows),
        k=k,
    )


def _worth(rows: Rows, gains: Mapping[int, float]) -> NDArray[np.float64]:
    worth = np.zeros(len(rows))
    # few of many candidates are relevant: only those are looked up one by one
    for at in np.flatnonzero(np.isin(rows, np.fromiter(gains, dtype=np.intp, count=len(gains)))):
        worth[at] = gains[int(rows[at])]
    return worth
