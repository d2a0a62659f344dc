"""Popularity, with what was done long ago counting less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.surges import without_surges
from retrieval.query import History

HALF_LIFE_S = 1.5 * 365 * 86_400.0  # of a touch; half a year and two years order film requests hardly worse
SLACK = 1.0  # of a surge; counts follow every single chooser, and new people are shown by nothing else
FEW = 20.0  # with fewer touches than this of the best item the scores stay low: that is no crowd


@dataclass(frozen=True, slots=True, eq=False)
class Popularity:
    """s(i) = log(1 + c(i)) / log(1 + max(FEW, max c)), c(i) = sum over people who touched i of 0.5^(age / half-life).

    Age counts back from the latest event there is. An event without a time counts as the oldest one that has one. What
    a crowd did that came at once is passed over (`without_surges`).

    Attributes:
        shares: s, float32 in [0, 1], shape (n_items,); 0 for an item that nobody has touched.
    """

    shares: NDArray[np.float32]
    name: str = "popularity"

    @classmethod
    def fit(cls, behaviour: Behaviour, *, half_life_s: float = HALF_LIFE_S) -> Popularity:
        """Count everybody's behaviour."""
        behaviour = without_surges(behaviour, SLACK)
        timed = behaviour.at_s[~np.isnan(behaviour.at_s)]
        at_s = np.where(np.isnan(behaviour.at_s), timed.min() if timed.size else 0.0, behaviour.at_s)
        # from the latest event and not from today: a catalog at rest does not lose its crowd
        age_s = at_s.max(initial=-np.inf) - at_s
        counts = np.bincount(behaviour.rows, weights=0.5 ** (age_s / half_life_s), minlength=behaviour.n_items)
        return cls(share_of(counts.astype(np.float64)))

    def scores(self, history: History) -> NDArray[np.float32]:
        """Each item's share, the same for everybody."""
        del history
        return self.shares


def share_of(counts: NDArray[np.float64]) -> NDArray[np.float32]:
    """s for counts of at least 0."""
    most = max(FEW, float(counts.max(initial=0.0)))
    return np.asarray(np.log1p(counts) / np.log1p(most), dtype=np.float32)
