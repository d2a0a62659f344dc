"""Bring the vector index to the state of the store: change by change, or from the ground up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.storage.index import Progress, VectorIndex
from retrieval.storage.store import ChannelInfo, Pending, Store

_BATCH = 1_000  # changes applied before they are settled


def sync(store: Store, index: VectorIndex, progress: Progress | None = None) -> None:
    """Apply all pending changes; those applied are settled batch by batch, so it may be killed and run again.

    Args:
        store: The truth.
        index: What is brought up to date.
        progress: Called with (changes applied, changes in all).

    Raises:
        IndexDamaged: Chroma failed; what was not applied stays pending.
    """
    done, total = 0, store.n_pending()
    while batch := store.pending(_BATCH):
        channels = store.channels()
        for name in dict.fromkeys(change.channel for change in batch):
            _apply(store, index, channels[name], [change for change in batch if change.channel == name])
        store.settle(batch[-1].seq)
        done += len(batch)
        if progress is not None:
            progress(done, max(done, total))


def rebuild(store: Store, index: VectorIndex, progress: Progress | None = None) -> None:
    """Build the index anew in a new folder and remove the old one with all it held.

    Args:
        store: The truth.
        index: What is replaced.
        progress: Called with (vectors indexed, vectors in all).

    Raises:
        IndexDamaged: the new index could not be built.
    """
    channels = [channel for channel in store.channels().values() if channel.searchable and channel.n_vectors]
    total, done = sum(channel.n_vectors for channel in channels), 0
    # what comes while the index is being built may have missed it, and stays pending
    last = max((change.seq for change in store.pending()), default=0)

    def seal() -> str:
        store.settle(last)
        return store.seal()

    with index.replaced(seal) as fresh:
        for channel in channels:
            ids, matrix = store.vectors(channel.name)
            fresh.upsert(channel.name, channel.model, ids, matrix)
            done += len(ids)
            if progress is not None:
                progress(done, max(done, total))


def _apply(store: Store, index: VectorIndex, info: ChannelInfo, changes: Sequence[Pending]) -> None:
    channel = info.name
    # a channel that was emptied, or is searched no more, is cheaper dropped than taken apart
    if not info.searchable or any(change.item is None for change in changes):
        index.drop(channel)
        if info.searchable and info.n_vectors:
            index.upsert(channel, info.model, *store.vectors(channel))
        return
    ids: list[str] = []
    vectors: list[NDArray[np.float32]] = []
    gone: list[tuple[str, int]] = []
    for change in changes:
        item_id = str(change.item)
        parts = store.item_vectors(channel, item_id)
        ids.extend([item_id] * len(parts))
        vectors.extend(parts)
        gone.extend((item_id, part) for part in range(len(parts), change.parts))
    if gone:
        index.delete(channel, gone)
    if ids:
        index.upsert(channel, info.model, ids, np.stack(vectors))
