"""Fusion: what several channels and modalities say of the same candidates becomes one score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import Vectors
from retrieval.snapshot import DenseTable, Rows

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The candidates of one request, as every fusion sees them.

    Attributes:
        rows: The candidates, as rows of the catalog, shape (n,).
        scores: By channel its scores of the candidates, shape (n,), NaN where a candidate lacks what it needs.
        queries: By modality the request's vectors in the space of the items' vectors, float32, shape (q, dim); a
            modality that the request says nothing about is not there.
        features: By modality the vectors of the whole catalog; never copied, only read at `rows`.
    """

    rows: Rows
    scores: Mapping[str, Scores]
    queries: Mapping[str, Vectors]
    features: Mapping[str, DenseTable]

    def without(self, channels: frozenset[str]) -> Pool:
        """The pool as if these channels did not exist."""
        scores, queries, features = (
            {name: value for name, value in part.items() if name not in channels}
            for part in (self.scores, self.queries, self.features)
        )
        return replace(self, scores=scores, queries=queries, features=features)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class AddedTerm:
    """What one channel adds to the fused scores, where these are sums.

    Attributes:
        added: To each candidate, shape (n,).
        unknown: To a candidate that the channel knows nothing of.
    """

    added: Scores
    unknown: float


class Fusion(Protocol):
    """Makes one score of many."""

    @property
    def name(self) -> str:
        """Name in settings and tables."""

    def __call__(self, pool: Pool) -> Scores:
        """The fused score of each candidate, shape (n,): higher is better, always finite.

        Nothing known about a candidate, or about all of them, is no error: a missing modality never raises.
        """


def shares(fusion: Fusion, channels: frozenset[str]) -> Mapping[str, float]:
    """The fixed share of each channel in the fused score, summing to one; empty where a fusion has none."""
    fixed = getattr(fusion, "shares", None)
    return fixed(channels) if fixed else {}


def terms(fusion: Fusion, pool: Pool) -> Mapping[str, AddedTerm] | None:
    """By channel what it adds to the fused scores; None where these are no sums."""
    added = getattr(fusion, "terms", None)
    return added(pool) if added else None


def contributions(fusion: Fusion, pool: Pool, fused: Scores) -> Mapping[str, Scores]:
    """What the fused scores lose when a channel is left out, by channel; below 0 where it held a candidate back."""
    return {name: fused - fusion(pool.without(frozenset({name}))) for name in pool.scores}
