"""Likeness of vectors: the dense channels."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.channels import Scorer, best_rows
from retrieval.encoding import Vectors
from retrieval.errors import IndexDamaged, WorkspaceOutdated
from retrieval.query import Query
from retrieval.snapshot import DenseTable, Rows, Snapshot
from retrieval.storage.index import VectorIndex


@dataclass(frozen=True, slots=True, eq=False)
class DenseScorer:
    """Cosine of the request's vectors to the items' vectors."""

    channel: str
    queries: Vectors
    table: DenseTable
    snapshot: Snapshot
    index: VectorIndex

    def propose(self, n: int, allowed: NDArray[np.bool_] | None) -> Rows:
        """Ask Chroma when nothing is filtered; search the mirror exactly when something is, or when Chroma fails."""
        if allowed is None and self.index.available:
            with suppress(IndexDamaged):  # the index has logged why, and stays off
                return self._nearest(n)
        return best_rows(self.table.similarity(self.queries), n, allowed)

    def score(self, rows: Rows) -> NDArray[np.float32]:
        """Exact cosine in [-1, 1]."""
        return self.table.similarity(self.queries, rows)

    def _nearest(self, n: int) -> Rows:
        known = self.snapshot.rows
        neighbours = [
            known[item_id]
            for vector in self.queries
            for item_id, _ in self.index.query(self.channel, vector, n)
            if item_id in known
        ]
        rows = np.array(list(dict.fromkeys(neighbours)), dtype=np.intp)
        return rows[np.argsort(-self.score(rows), kind="stable")][:n]


@dataclass(frozen=True, slots=True, eq=False)
class DenseChannel:
    """A channel over one collection of vectors; which there are, and what each compares, stands in the registry.

    Attributes:
        name: Of the channel, of its collection, and of its vectors in a query.
    """

    name: str
    snapshot: Snapshot
    index: VectorIndex

    def prepare(self, query: Query) -> Scorer | None:
        """A scorer, when both the request and the catalog have vectors here.

        Raises:
            WorkspaceOutdated: they are of different lengths.
        """
        table = self.snapshot.tables.get(self.name)
        queries = query.vectors.get(self.name)
        if table is None or queries is None:
            return None
        of_items, of_request = table.matrix.shape[1], queries.shape[1]
        if of_items != of_request:
            raise WorkspaceOutdated(
                f"The vectors of the channel {self.name!r} have {of_items} numbers, those of the request {of_request}: "
                "they cannot be compared.",
                "Run `tastemaker ingest` again, which embeds all items by the present models.",
            )
        return DenseScorer(self.name, queries, table, self.snapshot, self.index)
