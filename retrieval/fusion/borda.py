"""Borda count: every list is a voter who gives points by place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from retrieval.fusion import AddedTerm, Pool, Scores
from retrieval.fusion.ranks import places
from retrieval.fusion.weighted import shares_of, summed


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
        return summed(self.terms(pool), len(pool.rows))

    def terms(self, pool: Pool) -> Mapping[str, AddedTerm]:
        """What each channel adds; to a candidate that its list does not hold, the points of an open place."""
        return {
            name: AddedTerm(share * _points(pool.scores[name]), share * _open_points(pool.scores[name]))
            for name, share in self.shares(pool.scores).items()
        }

    def shares(self, channels: Iterable[str]) -> Mapping[str, float]:
        """The weights of the channels that answered, scaled to sum to one."""
        return shares_of(self.weights, channels)


def _points(scores: Scores) -> Scores:
    """1 for the first place, 0 for the last."""
    n = len(scores)
    if n == 1:
        return np.ones(1)
    return np.where(np.isnan(scores), _open_points(scores), (n - places(scores)) / (n - 1))


def _open_points(scores: Scores) -> float:
    """The mean points of the places that a list leaves open, of the last one where it holds all candidates."""
    n, n_open = len(scores), max(1, int(np.isnan(scores).sum()))
    return (n_open - 1) / 2 / (n - 1) if n > 1 else 1.0
