"""Words against words: BM25."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.channels import Scorer, best_rows
from retrieval.query import Query
from retrieval.snapshot import Rows
from retrieval.words import words


class LexicalIndex:
    """BM25 over token lists, one per item.

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009; scored by bm25s (Lucene's variant).
    """

    def __init__(self, documents: Iterable[list[str]]) -> None:
        import bm25s

        tokens = list(documents)
        self._size = len(tokens)
        self._frequency = Counter(token for document in tokens for token in set(document))
        self._bm25: Any = None
        if self._frequency:
            self._bm25 = bm25s.BM25(k1=1.2, b=0.75)
            self._bm25.index(tokens, show_progress=False)

    def scores(self, tokens: list[str]) -> NDArray[np.float32]:
        """BM25 score of every document as a share of the highest that any document could have.

        A term adds idf * tf / (tf + ...) < idf, so the sum of the idf of all terms is that bound. A word the catalog
        does not know has the highest idf: a document that matches one common word of a long request scores low.

        Returns:
            float32, shape (n_documents,), in [0, 1); 0 where no token occurs.
        """
        known = [token for token in tokens if token in self._frequency]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        bound = sum(self._idf(token) for token in tokens)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32) / np.float32(bound)

    def frequency(self, token: str) -> int:
        """How many documents hold a token."""
        return self._frequency[token]

    def _idf(self, token: str) -> float:
        frequency = self._frequency[token]
        return math.log(1 + (self._size - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True, eq=False)
class LexicalScorer:
    """BM25 scores of all items for one request."""

    scores: NDArray[np.float32]

    def propose(self, n: int, allowed: NDArray[np.bool_] | None) -> Rows:
        """Items that share at least one word with the request."""
        sharing = self.scores > 0
        return best_rows(self.scores, n, sharing if allowed is None else sharing & allowed)

    def score(self, rows: Rows) -> NDArray[np.float32]:
        """In [0, 1), 0 where no word is shared."""
        return self.scores[rows]


@dataclass(frozen=True, slots=True, eq=False)
class LexicalChannel:
    """Shared words, weighted by how rare they are."""

    index: LexicalIndex
    name: str = "lexical"

    def prepare(self, query: Query) -> Scorer | None:
        """A scorer, when at least one item shares a word with the request."""
        scores = self.index.scores(list(dict.fromkeys(words(query.words))))
        return LexicalScorer(scores) if scores.any() else None
