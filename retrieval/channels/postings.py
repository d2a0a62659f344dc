"""Postings: which items hold a word, and how often; made once, and changed item by item without being made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Counts = NDArray[np.int32]
Document = Sequence[str] | Mapping[str, int]
"""The words of an item one after the other, or how often each counts: 0 times what stands there and counts nothing."""
_NONE = (np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class _Base:
    """Postings as they were made: those of token number t lie from `starts[t]` to `starts[t + 1]`."""

    numbers: Mapping[str, int]
    starts: NDArray[np.int64]
    rows: Rows
    counts: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Words of items, by row; immutable.

    Attributes:
        lengths: float64, shape (n_items,), how many words each item has.
    """

    lengths: NDArray[np.float64]
    _base: _Base
    _later: Mapping[str, tuple[Rows, Counts]]  # of words that a change touched, in place of the base's

    @classmethod
    def build(cls, documents: Iterable[Document]) -> Postings:
        """Read the words of all items, in the order of their rows."""
        numbers: dict[str, int] = {}
        lengths, sizes = list[int](), list[int]()
        tokens, counts = list[int](), list[int]()
        for document in documents:
            own = Counter(document)
            lengths.append(own.total())
            sizes.append(len(own))
            tokens.extend(numbers.setdefault(word, len(numbers)) for word in own)
            counts.extend(own.values())
        of_token = np.array(tokens, dtype=np.int64)
        order = np.argsort(of_token, kind="stable")  # rows of one token stay in their order
        rows = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[order]
        starts = np.searchsorted(of_token[order], np.arange(len(numbers) + 1, dtype=np.int64))
        base = _Base(numbers, starts, rows, np.array(counts, dtype=np.int32)[order])
        return cls(np.array(lengths, dtype=np.float64), base, {})

    def of(self, word: str) -> tuple[Rows, Counts]:
        """Rows of the items that hold a word, and how often each does; both of shape (frequency,)."""
        if (later := self._later.get(word)) is not None:
            return later
        number = self._base.numbers.get(word)
        if number is None:
            return _NONE
        part = slice(self._base.starts[number], self._base.starts[number + 1])
        return self._base.rows[part], self._base.counts[part]

    def frequency(self, word: str) -> int:
        """How many items hold a word."""
        return len(self.of(word)[0])

    def words(self) -> Iterator[str]:
        """All words that items hold, or held before a change, each once."""
        return iter(dict.fromkeys((*self._base.numbers, *self._later)))

    def changed(self, before: Mapping[int, Document], after: Mapping[int, Document]) -> Postings:
        """The postings once some items have other words.

        Args:
            before: By row the words of these items until now; those that are new have none.
            after: By row their words from now on; new rows follow the last one.
        """
        lengths = np.concatenate((self.lengths, np.zeros(max(0, max(after, default=-1) + 1 - len(self.lengths)))))
        touched: dict[str, dict[int, int | None]] = {}
        for row, document in before.items():
            for word in document:
                touched.setdefault(word, {})[row] = None
        for row, document in after.items():
            own = Counter(document)
            lengths[row] = own.total()
            for word, count in own.items():
                touched.setdefault(word, {})[row] = count
        later = {word: self._with(word, counts) for word, counts in touched.items()}
        return Postings(lengths, self._base, {**self._later, **later})

    def _with(self, word: str, counts: Mapping[int, int | None]) -> tuple[Rows, Counts]:
        rows, held = self.of(word)
        stay = ~np.isin(rows, list(counts))
        come = {row: count for row, count in counts.items() if count is not None}
        all_rows = np.concatenate((rows[stay], np.fromiter(come, np.int32, len(come))))
        all_counts = np.concatenate((held[stay], np.fromiter(come.values(), np.int32, len(come))))
        order = np.argsort(all_rows, kind="stable")
        return all_rows[order], all_counts[order]
