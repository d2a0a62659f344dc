"""CombSUM: the sum of normalised scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from retrieval.fusion import AddedTerm, Pool, Scores
from retrieval.fusion.weighted import min_max, shares_of, summed


@dataclass(frozen=True, slots=True)
class CombSum:
    """s(i) = sum over channels c of w_c * minmax(s_c)(i), the weights summing to one.

    Other than in `weighted`, every channel is stretched to [0, 1], and a candidate gets nothing from a list that does
    not hold it.

    Attributes:
        weights: By channel; the paper's form has equal ones.

    Source: Fox and Shaw, Combination of Multiple Searches, TREC-2, 1994; min-max after Lee, SIGIR 1997.
    """

    weights: Mapping[str, float]
    name: str = "combsum"

    def __call__(self, pool: Pool) -> Scores:
        """The weighted sum of stretched scores, in [0, 1]."""
        return summed(self.terms(pool), len(pool.rows))

    def terms(self, pool: Pool) -> Mapping[str, AddedTerm]:
        """What each channel adds: nothing to a candidate that its list does not hold."""
        return {
            name: AddedTerm(share * np.nan_to_num(min_max(pool.scores[name]), nan=0.0), 0.0)
            for name, share in self.shares(pool.scores).items()
        }

    def shares(self, channels: Iterable[str]) -> Mapping[str, float]:
        """The weights of the channels that answered, scaled to sum to one."""
        return shares_of(self.weights, channels)
