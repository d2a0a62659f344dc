"""Words against words: BM25."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.channels import Scorer, best_rows
from retrieval.channels.postings import Document, Postings
from retrieval.channels.registry import LEXICAL
from retrieval.items import Item
from retrieval.query import Query
from retrieval.schema import Schema
from retrieval.snapshot import Rows, Snapshot
from retrieval.text.item_text import lexical_counts
from retrieval.text.words import words

K1, B = 1.2, 0.75


class LexicalIndex:
    """BM25 over the words of items.

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009; equation 3.15 without its constant
    factor, with Lucene's idf, which is never below 0.
    """

    def __init__(self, documents: Iterable[Document] | Postings) -> None:
        self._postings = documents if isinstance(documents, Postings) else Postings.build(documents)
        lengths = self._postings.lengths
        self._size = len(lengths)
        mean = float(lengths.mean()) if lengths.any() else 1.0
        self._norms = K1 * (1 - B + B * lengths / mean)

    def changed(self, before: Mapping[int, Document], after: Mapping[int, Document]) -> LexicalIndex:
        """The index once some items have other words; see `Postings.changed`."""
        return LexicalIndex(self._postings.changed(before, after))

    def scores(self, tokens: list[str]) -> NDArray[np.float32]:
        """BM25 score of every document as a share of the highest that any document could have.

        A term adds idf * tf / (tf + ...) < idf, so the sum of the idf of all terms is that bound. A word the catalog
        does not know has the highest idf: a document that matches one common word of a long request scores low.

        Returns:
            float32, shape (n_documents,), in [0, 1); 0 where no token occurs.
        """
        scores = np.zeros(self._size, dtype=np.float32)
        bound = 0.0
        for token in tokens:
            rows, counts = self._postings.of(token)
            idf = self._idf(len(rows))
            bound += idf
            scores[rows] += (idf * counts / (counts + self._norms[rows])).astype(np.float32)
        return scores / np.float32(bound) if scores.any() else scores

    def frequency(self, token: str) -> int:
        """How many documents hold a token."""
        return self._postings.frequency(token)

    def rows(self, token: str) -> Rows:
        """The documents that hold a token."""
        return self._postings.of(token)[0].astype(np.intp)

    def idf(self, token: str) -> float:
        """How rare a token is: 0 where all documents hold it, the most where none does."""
        return self._idf(self.frequency(token))

    def tokens(self) -> Iterator[str]:
        """All tokens that documents hold, or held before a change."""
        return self._postings.words()

    def _idf(self, frequency: int) -> float:
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
    name: str = LEXICAL.name

    def prepare(self, query: Query) -> Scorer | None:
        """A scorer, when at least one item shares a word with the request."""
        scores = self.index.scores(list(dict.fromkeys(words(query.words))))
        return LexicalScorer(scores) if scores.any() else None


def lexical_index(snapshot: Snapshot) -> LexicalIndex:
    """Which items hold which words, by row."""
    return LexicalIndex(item_words(item, snapshot.schema) for item in snapshot.items)


def item_words(item: Item, schema: Schema) -> Mapping[str, int]:
    """The words of one item, with how often the lexical channel counts each."""
    return lexical_counts(item, schema)
