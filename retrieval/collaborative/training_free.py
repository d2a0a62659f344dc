"""A score without training: likeness of meaning and co-occurrence with what was liked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.item_knn import ItemKnn
from retrieval.query import History
from retrieval.snapshot import DenseTable

SEMANTIC = 0.5
NEIGHBOURS = 500  # of each item that co-occurrence is kept of


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFree:
    """score(j) = mean over i of history of w(i) * (a * semantic(i, j) + (1 - a) * cooccurrence(i, j)).

    w is rating times recency decay, as a history holds it; semantic is the cosine of the items' texts, cooccurrence
    that of the people who touched them. An item without a text, or that nobody touched, is judged by the other half.

    Attributes:
        knn: Co-occurrence.
        table: The items' vectors, of any dense channel.
        semantic: a, in [0, 1].

    Source: Lee et al., STAR: A Simple Training-free Approach for Recommendations using Large Language Models,
    arXiv 2410.16458, 2024, equation 3.
    """

    knn: ItemKnn
    table: DenseTable
    semantic: float = SEMANTIC
    name: str = "training-free"

    @classmethod
    def fit(cls, behaviour: Behaviour, table: DenseTable, *, semantic: float = SEMANTIC) -> TrainingFree:
        """Count everybody's behaviour."""
        return cls(ItemKnn.fit(behaviour, k=NEIGHBOURS, shrinkage=0.0), table, semantic)

    def scores(self, history: History) -> NDArray[np.float32]:
        """Shape (n_items,); NaN where neither half knows anything of an item, or of the whole history."""
        # the mean over the history, on the scale of the other half
        together = self.knn.scores(history) / np.float32(max(1, len(history.rows)))
        alike = self._alike(history)
        both = self.semantic * alike + (1 - self.semantic) * together
        scores = np.where(np.isnan(alike), (1 - self.semantic) * together, both)
        return np.where(np.isnan(together), self.semantic * alike, scores).astype(np.float32)

    def _alike(self, history: History) -> NDArray[np.float32]:
        own = self.table.pooled(history.rows)
        there = ~np.isnan(own[:, 0])
        profile = history.weights[there] @ own[there]
        length = np.linalg.norm(profile)
        if length < 1e-6:
            return np.full(len(self.table.present), np.nan, dtype=np.float32)
        cosine = self.table.similarity((profile / length)[None])
        return np.asarray(cosine * (length / len(history.rows)), dtype=np.float32)
