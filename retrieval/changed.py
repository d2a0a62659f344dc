"""A snapshot after a few items have come or changed, without reading all the others again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from retrieval.encoding import Vectors
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.snapshot import DenseTable, Rows, Snapshot


def with_items(
    snapshot: Snapshot, items: Sequence[Item], vectors: Mapping[str, Mapping[str, Vectors]], schema: Schema
) -> Snapshot:
    """The snapshot with these items, in the place of those with the same ids or after all others.

    Args:
        vectors: By channel and item id, float32, shape (parts, dim); an item that is not there has none.
        schema: From now on; it uses the fields that other items have as before.
    """
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
