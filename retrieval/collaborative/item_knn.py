"""Item-kNN: items touched by the same people are neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.collaborative.behaviour import Behaviour
from retrieval.query import History

NEIGHBOURS = 100
SHRINKAGE = 10.0
_CHUNK = 1_024  # items whose similarities are held at once


@dataclass(frozen=True, slots=True, eq=False)
class ItemKnn:
    """sim(i, j) = n(i, j) / (sqrt(n(i) * n(j)) + shrinkage), score(j) = sum over i of history of w(i) * sim(i, j).

    n counts people who touched an item, or both. Each item keeps its nearest `NEIGHBOURS`, so that memory grows with
    the number of items, not with its square.

    Attributes:
        neighbours: Rows of the nearest items, intp, shape (n_items, k); an item's own row fills what is left.
        likeness: Their similarity, float32, shape (n_items, k); 0 there.
        warm: Whether somebody touched the item, shape (n_items,).

    Source: Sarwar et al., Item-Based Collaborative Filtering Recommendation Algorithms, WWW 2001, section 3.1.1, with
    the shrinkage of Bell and Koren, ICDM 2007.
    """

    neighbours: NDArray[np.intp]
    likeness: NDArray[np.float32]
    warm: NDArray[np.bool_]
    name: str = "item-knn"

    @classmethod
    def fit(cls, behaviour: Behaviour, *, k: int = NEIGHBOURS, shrinkage: float = SHRINKAGE) -> ItemKnn:
        """Count everybody's behaviour."""
        people, n = behaviour.matrix(), behaviour.n_items
        by_item = people.T.tocsr()
        size = np.sqrt(behaviour.counts).astype(np.float32)
        k = max(1, min(k, n - 1))
        neighbours = np.repeat(np.arange(n, dtype=np.intp)[:, None], k, axis=1)
        likeness = np.zeros((n, k), dtype=np.float32)
        # a slice at a time: the whole matrix of all pairs may not fit into memory
        for start in range(0, n, _CHUNK):
            both = (by_item[start : start + _CHUNK] @ people).tocsr()
            for at in range(both.shape[0]):
                columns = both.indices[both.indptr[at] : both.indptr[at + 1]]
                counts = both.data[both.indptr[at] : both.indptr[at + 1]]
                others = columns != start + at
                columns, counts = columns[others], counts[others]
                similar = counts / (size[start + at] * size[columns] + shrinkage)
                # stable, so that the same events always give the same neighbours
                best = np.argsort(-similar, kind="stable")[:k]
                neighbours[start + at, : len(best)] = columns[best]
                likeness[start + at, : len(best)] = similar[best]
        return cls(neighbours, likeness, behaviour.counts > 0)

    def scores(self, history: History) -> NDArray[np.float32]:
        """Sum of the history's similarities, each by its weight."""
        known = self.warm[history.rows]
        if not known.any():
            return np.full(len(self.warm), np.nan, dtype=np.float32)
        rows, weights = history.rows[known], history.weights[known]
        added = self.likeness[rows] * weights[:, None]
        sums = np.bincount(self.neighbours[rows].ravel(), weights=added.ravel(), minlength=len(self.warm))
        return np.where(self.warm, sums, np.nan).astype(np.float32)
