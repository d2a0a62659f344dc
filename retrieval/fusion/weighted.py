"""Weighted sum of normalised scores: the default fusion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from retrieval.fusion import AddedTerm, Pool, Scores


def min_max(scores: Scores) -> Scores:
    """Scores stretched to [0, 1]; all 1 when they do not differ. A missing score stays missing."""
    known = scores[~np.isnan(scores)]
    if known.size == 0:
        return scores
    low, high = known.min(), known.max()
    # who cannot be told apart is not told apart by rounding either
    if high - low < 1e-12:
        return np.where(np.isnan(scores), np.nan, 1.0)
    stretched: Scores = (scores - low) / (high - low)
    return stretched


def filled(scores: Scores) -> Scores:
    """A missing score becomes the mean of the others, 0 when there are none.

    It thus neither helps nor harms: an item without a picture is judged by its text.
    """
    return np.where(np.isnan(scores), known_mean(scores), scores)


def known_mean(scores: Scores) -> float:
    """The mean of the scores that there are, 0 when there are none."""
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if known.size else 0.0


def shares_of(weights: Mapping[str, float], channels: Iterable[str]) -> Mapping[str, float]:
    """The weights of the channels that answered, scaled to sum to one; all 0 where none of them has any."""
    present = {name: weights.get(name, 0.0) for name in channels}
    total = sum(present.values()) or 1.0
    return {name: weight / total for name, weight in present.items()}


def summed(added: Mapping[str, AddedTerm], n: int) -> Scores:
    """What channels add to the scores of `n` candidates, taken together."""
    fused = np.zeros(n)
    for term in added.values():
        fused += term.added
    return fused


@dataclass(frozen=True, slots=True)
class Weighted:
    """s(i) = sum over channels c of w_c * norm(s_c)(i), the weights of the present channels summing to one.

    Attributes:
        weights: By channel.
        absolute: Channels whose scores are in [0, 1] and mean the same in every request: they are taken as they are.
            All others are stretched by `min_max`.

    Source: the convex combination of Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid Retrieval,
    ACM TOIS 42(1), 2023, equation 3.
    """

    weights: Mapping[str, float]
    absolute: frozenset[str] = frozenset()
    name: str = "weighted"

    def __call__(self, pool: Pool) -> Scores:
        """The weighted sum, in [0, 1]; all 0 when no channel with a weight has answered."""
        fused = np.zeros(len(pool.rows))
        for name, share in self.shares(pool.scores).items():
            fused += share * filled(self._stretched(name, pool))
        return fused

    def terms(self, pool: Pool) -> Mapping[str, AddedTerm]:
        """What each channel adds; to a candidate that it does not know, what it adds to the others on average."""
        stretched = {name: (share, self._stretched(name, pool)) for name, share in self.shares(pool.scores).items()}
        return {
            name: AddedTerm(share * filled(values), share * known_mean(values))
            for name, (share, values) in stretched.items()
        }

    def _stretched(self, channel: str, pool: Pool) -> Scores:
        values = pool.scores[channel]
        return values if channel in self.absolute else min_max(values)

    def shares(self, channels: Iterable[str]) -> Mapping[str, float]:
        """The weights of the channels that answered, scaled to sum to one; all 0 where none of them has any."""
        return shares_of(self.weights, channels)
