"""The bridge between words and pictures, kept in step with the catalog."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from agent.models import CONCEPTS
from retrieval.bridge import MIN_PAIRS, RIDGE_BLOB, Bridge, Ridge, bridge_features, fit_bridge, load_ridge
from retrieval.channels.registry import BRIDGE, TEXT, VISUAL
from retrieval.encoding import Vectors
from retrieval.storage.store import Embedded, Store, StoredItem
from retrieval.storage.workspace import Workspace

GROWTH = 1.2  # how many times the pictures that it was fitted on there must be, for the map to be fitted anew
_FITTED = "pictures when the bridge was fitted"  # name of a setting


def needs_no_bridge(store: Store) -> bool:
    """Whether pictures were embedded by what reads words too, so that both are compared as they are."""
    encoders = store.encoders()
    return BRIDGE.name in encoders and encoders[BRIDGE.name] == encoders.get(VISUAL.name)


def bridge_is_stale(store: Store) -> bool:
    """Whether pictures came, changed or went since the bridge was fitted: storing an item drops its bridge vectors."""
    if needs_no_bridge(store):
        return False
    counts = {name: channel.n_vectors for name, channel in store.channels().items()}
    return counts.get(BRIDGE.name, 0) != counts.get(CONCEPTS, 0)


def bridge_has_grown(store: Store) -> bool:
    """Whether so many pictures have come one by one that a map fitted anew may serve words better."""
    bridge = None if needs_no_bridge(store) else store.channels().get(BRIDGE.name)
    return bridge is not None and bridge.n_vectors >= max(MIN_PAIRS, GROWTH * int(store.setting(_FITTED) or 0))


def with_bridge(entries: Sequence[StoredItem], workspace: Workspace) -> list[StoredItem]:
    """The entries with their pictures as points of the text space, by the map that the workspace has."""
    if not any(CONCEPTS in entry.vectors for entry in entries):
        return list(entries)
    # All vectors of a channel bear one model, so these take the name that the channel has already.
    ridge, channel = load_ridge(workspace), workspace.store.channels().get(BRIDGE.name)
    return [_add_points(entry, ridge, channel.model if channel else None) for entry in entries]


def _add_points(entry: StoredItem, ridge: Ridge | None, model: str | None) -> StoredItem:
    concepts, visual = entry.vectors.get(CONCEPTS), entry.vectors.get(VISUAL.name)
    if concepts is None or visual is None:
        return entry
    points = ridge(bridge_features(visual.vectors, concepts.vectors)) if ridge else concepts.vectors
    contents = tuple(hashlib.sha256(row.tobytes()).hexdigest() for row in points)
    bridged = Embedded(model or concepts.model, contents, points)
    return replace(entry, vectors={**entry.vectors, BRIDGE.name: bridged})


def refit_bridge(workspace: Workspace) -> str:
    """Give the bridge channel its vectors anew, by ConSE or by a ridge fitted on the catalog's own pairs.

    Returns:
        In words, what was chosen and why; empty when the catalog has no pictures.
    """
    store = workspace.store
    ids, concepts = store.vectors(CONCEPTS)
    if not ids:
        return ""
    _, visual = store.vectors(VISUAL.name)
    paired, texts = _pair_with_texts(ids, *store.vectors(TEXT.name))
    bridge = fit_bridge(visual[paired], concepts[paired], texts)
    points = concepts.copy()
    # Each picture with words has a point by a map that did not see its own pair: the whole map would flatter these.
    points[paired] = bridge.points
    if bridge.ridge:
        points[~paired] = bridge.ridge(bridge_features(visual[~paired], concepts[~paired]))
    saved = bridge.ridge.to_bytes() if bridge.ridge else b""
    model = f"ridge {hashlib.sha256(saved).hexdigest()[:12]}" if saved else store.channels()[CONCEPTS].model
    store.replace_channel(BRIDGE.name, model, ids, points, blobs={RIDGE_BLOB: saved})
    store.set_setting(_FITTED, str(len(ids)))
    workspace.sync_index()
    return _summarise(bridge, len(texts))


def _pair_with_texts(ids: list[str], text_ids: list[str], texts: Vectors) -> tuple[NDArray[np.bool_], Vectors]:
    """Which pictures are of an item with words, shape (len(ids),), and the fullest of those words, one row for each."""
    row_of = {item_id: row for row, item_id in enumerate(text_ids)}  # the last text of an item is its fullest
    paired = np.array([item_id in row_of for item_id in ids])
    rows = np.array([row_of[item_id] for item_id in ids if item_id in row_of], dtype=np.intp)
    return paired, texts[rows]


def _summarise(bridge: Bridge, n: int) -> str:
    if np.isnan(bridge.baseline):
        return f"words find pictures by class names (ConSE); {n} pictures with words are too few to fit a map"
    measured = (
        f"mean reciprocal rank of held-back pairs {bridge.fitted:.3f} fitted, {bridge.baseline:.3f} by class names"
    )
    chosen = "a map fitted on the catalog's own pairs" if bridge.ridge else "class names (ConSE)"
    return f"words find pictures by {chosen}; {measured}"
