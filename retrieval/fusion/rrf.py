"""Reciprocal rank fusion: a sum over lists, in which only the place counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from retrieval.fusion import AddedTerm, Pool, Scores
from retrieval.fusion.ranks import places
from retrieval.fusion.weighted import shares_of, summed


@dataclass(frozen=True, slots=True)
class ReciprocalRank:
    """s(i) = (k + 1) * sum over channels c of w_c / (k + place_c(i)), the weights summing to one.

    A candidate that a channel's list does not hold gets nothing from it. The factor k + 1 makes the best score 1.

    Attributes:
        weights: By channel.
        k: Dampens the first places; 60 in the paper.

    Source: Cormack, Clarke and Buettcher, Reciprocal Rank Fusion Outperforms Condorcet, SIGIR 2009, equation 1.
    """

    weights: Mapping[str, float]
    k: float = 60.0
    name: str = "rrf"

    def __call__(self, pool: Pool) -> Scores:
        """The weighted sum of reciprocal places, in [0, 1]."""
        return summed(self.terms(pool), len(pool.rows))

    def terms(self, pool: Pool) -> Mapping[str, AddedTerm]:
        """What each channel adds: nothing to a candidate that its list does not hold."""
        return {
            name: AddedTerm(share * np.nan_to_num((self.k + 1) / (self.k + places(pool.scores[name])), nan=0.0), 0.0)
            for name, share in self.shares(pool.scores).items()
        }

    def shares(self, channels: Iterable[str]) -> Mapping[str, float]:
        """The weights of the channels that answered, scaled to sum to one."""
        return shares_of(self.weights, channels)
