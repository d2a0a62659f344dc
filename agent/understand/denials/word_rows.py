"""Which rows may hold a phrase, by the index of words, before any text is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.understand.denials.phrases import ANY, Phrase
from retrieval.channels.lexical import LexicalIndex
from retrieval.once import once

RowSet = NDArray[np.intp]


class WordRows:
    """Rows by the words that their items hold, over indexes that hold each a part of what the items say."""

    def __init__(self, indexes: Sequence[LexicalIndex], n_items: int) -> None:
        self._indexes = indexes
        self._all = np.arange(n_items, dtype=np.intp)

    def rows(self, phrase: Phrase) -> RowSet:
        """Rows of the items that hold all words of a phrase; they may stand apart from each other."""
        if not phrase.tokens:
            return self._all  # words that no index counts: only the texts can tell
        rows: RowSet | None = None
        for token in phrase.tokens:
            here = self._holding(token)
            rows = here if rows is None else np.intersect1d(rows, here)
            if not len(rows):
                break
        return self._all[:0] if rows is None else rows

    def _holding(self, token: str) -> RowSet:
        tokens = list(self._like(token)) if ANY in token else [token]
        parts = [index.rows(one) for index in self._indexes for one in tokens]
        parts = [part for part in parts if len(part)]
        return np.unique(np.concatenate(parts)) if len(parts) > 1 else parts[0] if parts else self._all[:0]

    def _like(self, part: str) -> Iterator[str]:
        """Tokens that begin or end with some letters, or hold them."""
        pattern = ("" if part.startswith(ANY) else "\n") + part.strip(ANY) + ("" if part.endswith(ANY) else "\n")
        at = self._tokens.find(pattern)
        while at >= 0:
            start = self._tokens.rfind("\n", 0, at + 1) + 1
            end = self._tokens.find("\n", start)
            yield self._tokens[start:end]
            at = self._tokens.find(pattern, end)

    @once
    def _tokens(self) -> str:
        """All tokens, each between line ends."""
        return "\n" + "\n".join(dict.fromkeys(token for index in self._indexes for token in index.tokens())) + "\n"


__all__ = ["RowSet", "WordRows"]
