"""Concatenation: the vectors of all modalities as one long vector, compared by cosine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from retrieval.encoding import Vectors
from retrieval.fusion import Pool, Scores
from retrieval.fusion.weighted import filled, min_max, shares_of


@dataclass(frozen=True, slots=True)
class Concat:
    """s(i) = cosine of [sqrt(w_m) q_m] and [sqrt(w_m) x_m(i)] over the modalities m that request and item share.

    With unit vectors this is sum(w_m * cos(q_m, x_m)) / sum(w_m): one index over the concatenated vectors gives the
    same order. A modality that the item lacks is left out of both sides, so that the rest decides. Channels without
    vectors have no say.

    Attributes:
        weights: By channel; where none of the shared modalities has one, they count alike.

    Source: early fusion of Snoek, Worring and Smeulders, Early versus Late Fusion in Semantic Video Analysis, ACM
    Multimedia 2005; the weighted cosine by masking is our own.
    """

    weights: Mapping[str, float]
    name: str = "concat"

    def __call__(self, pool: Pool) -> Scores:
        """The cosine stretched to [0, 1] over the candidates; one that shares no modality counts as the mean."""
        cosines = {name: pair_cosine(pool, name) for name in pool.queries if name in pool.features}
        fused = weighted_cosine(cosines, self._weights(cosines), len(pool.rows))
        return filled(min_max(fused))

    def _weights(self, modalities: Iterable[str]) -> Mapping[str, float]:
        shares = shares_of(self.weights, modalities)
        return shares if any(shares.values()) else dict.fromkeys(shares, 1.0)


def weighted_cosine(cosines: Mapping[str, Scores], weights: Mapping[str, float], n: int) -> Scores:
    """sum(w_m * cos_m) / sum(w_m) over the modalities that each of `n` candidates has; NaN where it has none."""
    total, weight = np.zeros(n), np.zeros(n)
    for name, values in cosines.items():
        there = ~np.isnan(values)
        total[there] += weights[name] * values[there]
        weight[there] += weights[name]
    return np.where(weight > 0, total / np.maximum(weight, 1e-12), np.nan)


def pair_cosine(pool: Pool, modality: str) -> Scores:
    """Cosine of the request's mean vector to each candidate's, shape (n,); NaN where either has none."""
    query = mean_direction(pool.queries[modality])
    vectors = pool.features[modality].pooled(pool.rows)
    # another length is another space; the channel itself says so when it is asked
    if query is None or query.shape[-1] != vectors.shape[-1]:
        return np.full(len(pool.rows), np.nan)
    return np.asarray(vectors @ query, dtype=np.float64)


def mean_direction(vectors: Vectors) -> Vectors | None:
    """The unit vector in the middle of these, shape (dim,); None where there is none, or they cancel out."""
    usable = vectors[np.isfinite(vectors).all(axis=1)]
    if not len(usable):
        return None
    middle = usable.mean(axis=0)
    length = np.linalg.norm(middle)
    # vectors that cancel leave rounding, which would point anywhere
    return None if length < 1e-6 else np.asarray(middle / length, dtype=np.float32)
