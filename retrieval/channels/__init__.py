"""Channels propose candidates, each by one kind of likeness, and score any item the others proposed."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.query import Query
from retrieval.snapshot import Rows


class Scorer(Protocol):
    """A channel with one request in hand."""

    def propose(self, n: int, allowed: NDArray[np.bool_] | None) -> Rows:
        """Rows of at most `n` items, best first, only among `allowed`."""

    def score(self, rows: Rows) -> NDArray[np.float32]:
        """The channel's own score of each row, shape (len(rows),); NaN where the item lacks what it needs."""


class Channel(Protocol):
    """One way of finding items."""

    @property
    def name(self) -> str:
        """Name in weights, evidence and the index."""

    def prepare(self, query: Query) -> Scorer | None:
        """A scorer for this request; None when the request holds nothing for this channel."""


def best_rows(scores: NDArray[np.float32], n: int, allowed: NDArray[np.bool_] | None) -> Rows:
    """Rows of the `n` highest scores, best first, ties in catalog order; NaN and rows not allowed never count."""
    usable = ~np.isnan(scores)
    if allowed is not None:
        usable &= allowed
    rows = np.flatnonzero(usable)
    values = scores[rows]
    if 0 < n < len(rows):
        cut = np.partition(values, len(rows) - n)[len(rows) - n]
        keep = values >= cut
        rows, values = rows[keep], values[keep]
    return rows[np.argsort(-values, kind="stable")][:n]
