"""Borda count: every list is a voter who gives points by place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from retrieval.fusion import Pool, Scores
from retrieval.fusion.ranks import places
from retrieval.fusion.weighted import shares_of


@dataclass(frozen=True, slots=True)
class Borda:
    """s(i) = sum over channels c of w_c * (n - place_c(i)) / (n - 1) over n candidates, the weights summing to one.

    The candidates that a list does not hold share the points of the places it leaves open.

    Attributes:
        weights: By channel; with them it is the weighted form of the paper.

    Source: Aslam and Montague, Models for Metasearch, SIGIR 2001, sections 2.2 and 2.3.
    """

    weights: Mapping[str, float]
    name: str = "borda"

    def __call__(self, pool: Pool) -> Scores:
        """The weighted points, in [0, 1]."""
        fused = np.zeros(len(pool.rows))
        for name, share in self.shares(pool.scores).items():
            fused += share * _points(pool.scores[name])
        return fused

    def shares(self, channels: Iterable[str]) -> Mapping[str, float]:
        """The weights of the channels that answered, scaled to sum to one."""
        return shares_of(self.weights, channels)


def _points(scores: Scores) -> Scores:
    """1 for the first place, 0 for the last."""
    n = len(scores)
    if n == 1:
        return np.ones(1)
    missing = np.isnan(scores)
    open_places = (n - missing.sum() + 1 + n) / 2
    points: Scores = (n - np.where(missing, open_places, places(scores))) / (n - 1)
    return points
