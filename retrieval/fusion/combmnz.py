"""CombMNZ: the sum of normalised scores, times how many lists agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from retrieval.fusion import Pool, Scores
from retrieval.fusion.combsum import CombSum
from retrieval.fusion.weighted import shares_of


@dataclass(frozen=True, slots=True)
class CombMnz:
    """s(i) = CombSUM(i) * n(i) / n, n(i) the number of lists that hold the candidate, n the number of lists.

    A list is a channel with a weight above 0. Dividing by n keeps scores in [0, 1] and changes no order.

    Attributes:
        weights: By channel; the paper's form has equal ones.

    Source: Fox and Shaw, Combination of Multiple Searches, TREC-2, 1994.
    """

    weights: Mapping[str, float]
    name: str = "combmnz"

    def __call__(self, pool: Pool) -> Scores:
        """The sum times the share of lists that agree, in [0, 1]."""
        lists = [pool.scores[name] for name, share in self.shares(pool.scores).items() if share > 0]
        if not lists:
            return np.zeros(len(pool.rows))
        holding: Scores = np.mean([~np.isnan(scores) for scores in lists], axis=0)
        return CombSum(self.weights)(pool) * holding

    def shares(self, channels: Iterable[str]) -> Mapping[str, float]:
        """The weights of the channels that answered, scaled to sum to one; how many agree is not in them."""
        return shares_of(self.weights, channels)
