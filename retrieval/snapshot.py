"""The catalog in memory: items, vectors and filter columns, read once from the store.

Chroma answers unfiltered searches; this mirror answers filtered ones exactly, and gives every candidate its exact
score in every channel. Rows count items in the order of their first ingestion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import Vectors
from retrieval.filters import Filter, FilterColumns, mask
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.storage.store import Store

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class DenseTable:
    """One channel's vectors, grouped by item.

    Attributes:
        matrix: float32, shape (n_vectors, dim), unit vectors; the parts of one item lie together.
        starts: First vector of each item, shape (n_items + 1,).
    """

    matrix: Vectors
    starts: NDArray[np.intp]

    @classmethod
    def build(cls, ids: Sequence[str], matrix: Vectors, rows: Mapping[str, int]) -> DenseTable:
        """Group `matrix` (one row per entry of `ids`) by the items of `rows`."""
        owners = np.fromiter((rows[name] for name in ids), dtype=np.intp, count=len(ids))
        return cls.of(owners, matrix, len(rows))

    @classmethod
    def of(cls, owners: NDArray[np.intp], matrix: Vectors, n_items: int) -> DenseTable:
        """Group `matrix` by the row of the item that each of its rows belongs to."""
        # the store gives vectors in the order of the items, so sorting is seldom needed
        if np.any(np.diff(owners) < 0):
            order = np.argsort(owners, kind="stable")
            owners, matrix = owners[order], matrix[order]
        return cls(matrix, np.searchsorted(owners, np.arange(n_items + 1)).astype(np.intp))

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which items have at least one vector, shape (n_items,)."""
        return np.diff(self.starts) > 0

    def similarity(self, queries: Vectors, rows: Rows | None = None) -> NDArray[np.float32]:
        """Best cosine between any query vector and any part of each item.

        Args:
            queries: float32, shape (n_queries, dim), unit vectors.
            rows: Items to score; all when None.

        Returns:
            float32 in [-1, 1], shape (len(rows),); NaN for an item without a vector.
        """
        starts, counts = self.starts[:-1], np.diff(self.starts)
        if rows is not None:
            starts, counts = starts[rows], counts[rows]
        scores = np.full(len(counts), np.nan, dtype=np.float32)
        there = counts > 0
        if not there.any():
            return scores
        # `reduceat` gives an empty part its neighbour's value, so items without vectors are left out and stay NaN
        offsets = np.concatenate(([0], np.cumsum(counts[there])))
        if rows is None:
            best = (self.matrix @ queries.T).max(axis=1)
        else:
            # rows of all parts of these items, one after the other, without a loop over items
            parts = np.repeat(starts[there] - offsets[:-1], counts[there]) + np.arange(offsets[-1])
            best = (self.matrix[parts] @ queries.T).max(axis=1)
        # rounding may carry a cosine a hair beyond its bounds
        scores[there] = np.maximum.reduceat(best, offsets[:-1]).clip(-1.0, 1.0)
        return scores

    def pooled(self, rows: Rows) -> Vectors:
        """One unit vector per item: the mean of its parts.

        Returns:
            float32, shape (len(rows), dim); NaN for an item without a vector.
        """
        starts, counts = self.starts[rows], np.diff(self.starts)[rows]
        there = counts > 0
        means = np.full((len(rows), self.matrix.shape[1]), np.nan, dtype=np.float32)
        if there.any():
            offsets = np.concatenate(([0], np.cumsum(counts[there])[:-1]))
            parts = np.repeat(starts[there] - offsets, counts[there]) + np.arange(counts[there].sum())
            sums = np.add.reduceat(self.matrix[parts], offsets, axis=0)
            means[there] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
        return means


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Everything ranking reads, immutable; ingest makes a new one."""

    schema: Schema
    items: tuple[Item, ...]
    rows: Mapping[str, int]
    tables: Mapping[str, DenseTable]
    columns: FilterColumns

    @classmethod
    def read(cls, store: Store, schema: Schema, channels: Iterable[str]) -> Snapshot:
        """Read the store's present state."""
        # items and vectors of one state: a vector whose item came a moment later would have no row
        with store.steady():
            items = tuple(store.items())
            vectors = {channel: store.vectors(channel) for channel in channels}
        rows = {item.id: row for row, item in enumerate(items)}
        tables = {name: DenseTable.build(ids, matrix, rows) for name, (ids, matrix) in vectors.items() if ids}
        return cls(schema, items, rows, tables, FilterColumns.build(items, schema))

    def allowed(self, filters: Sequence[Filter]) -> NDArray[np.bool_] | None:
        """Which items meet all filters, shape (n_items,); None when there is no filter."""
        return mask(filters, self.columns) if filters else None


def with_items(
    snapshot: Snapshot, items: Sequence[Item], vectors: Mapping[str, Mapping[str, Vectors]], schema: Schema
) -> Snapshot:
    """The snapshot with these items, in the place of those with the same ids or after all others.

    Args:
        vectors: By channel and item id, float32, shape (parts, dim); an item that is not there has none.
        schema: From now on; it uses the fields that other items have as before.
    """
    # rows never move: a history or a fusion that names one means the same item afterwards
    new = [item.id for item in items if item.id not in snapshot.rows]
    rows = {**snapshot.rows, **{name: len(snapshot.items) + at for at, name in enumerate(dict.fromkeys(new))}}
    all_items = [*snapshot.items, *[None] * (len(rows) - len(snapshot.items))]
    for item in items:
        all_items[rows[item.id]] = item
    changed = np.array(sorted({rows[item.id] for item in items}), dtype=np.intp)
    known = tuple(item for item in all_items if item is not None)
    return Snapshot(
        schema=schema,
        items=known,
        rows=rows,
        tables=_tables(snapshot, changed, rows, vectors),
        columns=snapshot.columns.changed({int(row): known[row] for row in changed}, len(known), schema),
    )


def _tables(
    snapshot: Snapshot, changed: Rows, rows: Mapping[str, int], vectors: Mapping[str, Mapping[str, Vectors]]
) -> Mapping[str, DenseTable]:
    tables = {}
    for channel in dict.fromkeys((*snapshot.tables, *vectors)):
        come = {rows[name]: parts for name, parts in vectors.get(channel, {}).items() if len(parts)}
        before = snapshot.tables.get(channel)
        if before is not None or come:
            tables[channel] = _table(before, changed, come, len(rows))
    # a channel without vectors is no table, as when a snapshot is read anew
    return {channel: table for channel, table in tables.items() if len(table.matrix)}


def _table(before: DenseTable | None, changed: Rows, come: Mapping[int, Vectors], n_items: int) -> DenseTable:
    owners = [np.repeat(np.array([row], dtype=np.intp), len(parts)) for row, parts in come.items()]
    parts = list(come.values())
    if before is not None:
        held = np.repeat(np.arange(len(before.starts) - 1), np.diff(before.starts))
        stay = ~np.isin(held, changed)
        owners.insert(0, held[stay])
        parts.insert(0, before.matrix if stay.all() else before.matrix[stay])
    return DenseTable.of(np.concatenate(owners), np.concatenate(parts), n_items)
