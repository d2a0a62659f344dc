"""Beyond accuracy: coverage, novelty, intra-list diversity, calibration, popularity bias."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import Vectors
from retrieval.snapshot import Rows

SMOOTHING = 0.01  # the value of the paper on calibration

Shares = NDArray[np.float64]


def coverage(lists: Iterable[Rows], n_items: int) -> float:
    """Share of the catalog that at least one list shows, in [0, 1]; 0 for an empty catalog.

    Source: Ge, Delgado-Battenfeld and Jannach, Beyond Accuracy: Evaluating Recommender Systems by Coverage and
    Serendipity, RecSys 2010, equation 2.
    """
    shown = {int(row) for top in lists for row in top}
    return len(shown) / n_items if n_items else 0.0


def novelty(top: Rows, counts: NDArray[np.int64], n_users: int) -> float:
    """Mean self-information of the list, in bits: mean of -log2((1 + people who know i) / (1 + people)).

    The 1 keeps an item that nobody knows finite. 0 for an empty list.

    Source: Vargas and Castells, Rank and Relevance in Novelty and Diversity Metrics, RecSys 2011, section 4.1.
    """
    if not len(top):
        return 0.0
    return float(np.mean(np.log2(1 + n_users) - np.log2(1 + counts[top])))


def diversity(vectors: Vectors) -> float:
    """Mean of 1 - cosine over all pairs of a list, in [0, 2]; 0 with fewer than two known vectors.

    Args:
        vectors: Unit vectors of the listed items, shape (n, dim); rows of NaN are left out.

    Source: Ziegler et al., Improving Recommendation Lists Through Topic Diversification, WWW 2005, section 3.3.
    """
    known = vectors[~np.isnan(vectors).any(axis=1)].astype(np.float64)
    n = len(known)
    if n < 2:
        return 0.0
    total = float(np.square(known.sum(axis=0)).sum() - np.square(known).sum())  # of the cosines of ordered pairs
    return max(0.0, 1 - total / (n * (n - 1)))


def miscalibration(wanted: Shares, shown: Shares) -> float:
    """KL(p || (1 - a) q + a p), a = 0.01: how far the list's kinds q stray from the history's p. 0 is perfect.

    Args:
        wanted: p, shares of each category in what the person liked, summing to one, or all 0 when unknown.
        shown: q, the same of the list.

    Source: Steck, Calibrated Recommendations, RecSys 2018, equations 6 and 7.
    """
    there = wanted > 0
    p, q = wanted[there], (1 - SMOOTHING) * shown[there] + SMOOTHING * wanted[there]
    return max(0.0, float(np.sum(p * np.log(p / q))))


def popularity_lift(top: Rows, profile: Rows, counts: NDArray[np.int64]) -> float:
    """(mean popularity of the list - that of the profile) / that of the profile; above 0: more popular than liked.

    0 for an empty list, an empty profile, or a profile of items that nobody else knows.

    Source: Abdollahpouri et al., The Unfairness of Popularity Bias in Recommendation, RMSE workshop, RecSys 2019,
    equation 2.
    """
    if not len(top) or not len(profile):
        return 0.0
    before = float(counts[profile].mean())
    return float(counts[top].mean()) / before - 1 if before else 0.0
