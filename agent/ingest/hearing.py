"""The vectors of sounds, kept in step with the catalog: standardised over it, and joined with words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from agent.models import MEASURED, Models
from retrieval.bridge import Ridge
from retrieval.channels.hearing import (
    FEWEST_SOUNDS,
    SCALE_BLOB,
    SOUND_RIDGE_BLOB,
    HeardMap,
    SoundScale,
    fit_scale,
    fit_sound_words,
    load_scale,
    load_sound_ridge,
)
from retrieval.channels.registry import AUDIO, SOUND_BRIDGE, TEXT
from retrieval.encoding import Vectors
from retrieval.storage.store import Embedded, Store, StoredItem
from retrieval.storage.workspace import Workspace

GROWTH = 1.2  # how many times the sounds that the scale was fitted on there must be, for it to be fitted anew
_FITTED = "sounds when their scale was fitted"  # name of a setting


def scale_is_stale(store: Store) -> bool:
    """Whether sounds came, changed or went since the scale was fitted: storing an item drops its vectors here."""
    counts = {name: channel.n_vectors for name, channel in store.channels().items()}
    return counts.get(AUDIO.name, 0) != counts.get(MEASURED, 0)


def sounds_have_grown(store: Store) -> bool:
    """Whether so many sounds have come one by one that all are to be standardised anew."""
    measured = store.channels().get(MEASURED)
    return measured is not None and measured.n_vectors >= max(FEWEST_SOUNDS, GROWTH * int(store.setting(_FITTED) or 0))


def with_sounds(entries: Sequence[StoredItem], workspace: Workspace) -> list[StoredItem]:
    """The entries with their sounds standardised, by the scale and the map that the workspace has."""
    scale, channels = load_scale(workspace), workspace.store.channels()
    if scale is None or not any(MEASURED in entry.vectors for entry in entries):
        return list(entries)
    ridge = load_sound_ridge(workspace)
    # All vectors of a channel bear one model, so these take the name that the channel has already.
    models = {name: channels[name].model for name in (AUDIO.name, SOUND_BRIDGE.name, MEASURED) if name in channels}
    return [_with_vectors(entry, scale, ridge, models) for entry in entries]


def _with_vectors(entry: StoredItem, scale: SoundScale, ridge: Ridge | None, models: dict[str, str]) -> StoredItem:
    measured = entry.vectors.get(MEASURED)
    if measured is None or AUDIO.name not in models:
        return entry
    vectors = {AUDIO.name: scale(measured.vectors)}
    if ridge is not None and SOUND_BRIDGE.name in models:
        vectors[SOUND_BRIDGE.name] = ridge(vectors[AUDIO.name])
    elif MEASURED in models and models.get(SOUND_BRIDGE.name) == models[MEASURED]:  # words are of the same space
        vectors[SOUND_BRIDGE.name] = measured.vectors
    embedded = {name: Embedded(models[name], _contents(rows), rows) for name, rows in vectors.items()}
    return replace(entry, vectors={**entry.vectors, **embedded})


def refit_sounds(workspace: Workspace, models: Models) -> str:
    """Give the channels of sounds their vectors anew, standardised over all sounds that there are.

    Returns:
        In words, whether words find sounds and why; empty when the catalog has no sounds.
    """
    store = workspace.store
    ids, measured = store.vectors(MEASURED)
    if len(ids) < FEWEST_SOUNDS:
        return ""
    scale = fit_scale(measured, models.sounds.parts)
    saved = scale.to_bytes()
    vectors = scale(measured)
    store.replace_channel(AUDIO.name, _named("scale", saved), ids, vectors, blobs={SCALE_BLOB: saved})
    if models.slots.sound is not None:  # its space is that of words, too: no map need lead there
        store.set_blob(SOUND_RIDGE_BLOB, b"")
        store.replace_channel(SOUND_BRIDGE.name, models.encoder_ids[MEASURED], ids, measured)
        heard = f"words find sounds by the encoder of both, {models.slots.sound.id}"
    else:
        heard = _join_with_words(workspace, ids, vectors)
    store.set_setting(_FITTED, str(len(ids)))
    workspace.sync_index()
    return heard


def _join_with_words(workspace: Workspace, ids: list[str], vectors: Vectors) -> str:
    store = workspace.store
    paired, texts = _pair_with_texts(ids, *store.vectors(TEXT.name))
    fitted = fit_sound_words(vectors[paired], texts)
    if fitted.ridge is None:
        store.set_blob(SOUND_RIDGE_BLOB, b"")
        if SOUND_BRIDGE.name in store.channels():
            store.replace_channel(SOUND_BRIDGE.name, "none", [], np.empty((0, texts.shape[1]), np.float32))
        return _summarise(fitted, len(texts))
    points = fitted.ridge(vectors)
    # Each sound with words has a point by a map that did not see its own pair: the whole map would flatter these.
    points[paired] = fitted.points
    saved = fitted.ridge.to_bytes()
    store.replace_channel(SOUND_BRIDGE.name, _named("ridge", saved), ids, points, blobs={SOUND_RIDGE_BLOB: saved})
    return _summarise(fitted, len(texts))


def _pair_with_texts(ids: list[str], text_ids: list[str], texts: Vectors) -> tuple[NDArray[np.bool_], Vectors]:
    """Which sounds are of an item with words, shape (len(ids),), and the fullest of those words, one row for each."""
    row_of = {item_id: row for row, item_id in enumerate(text_ids)}  # the last text of an item is its fullest
    paired = np.array([item_id in row_of for item_id in ids])
    return paired, texts[np.array([row_of[item_id] for item_id in ids if item_id in row_of], dtype=np.intp)]


def _summarise(fitted: HeardMap, n: int) -> str:
    if np.isnan(fitted.fitted):
        return f"sounds find sounds; {n} sounds with words are too few to fit a map by which words find them"
    measured = f"mean reciprocal rank of held-back pairs {fitted.fitted:.3f}, by lot {fitted.chance:.3f}"
    return (
        f"words {'find' if fitted.ridge else 'do not find'} sounds by a map fitted on the catalog's pairs; {measured}"
    )


def _named(what: str, saved: bytes) -> str:
    return f"{what} {hashlib.sha256(saved).hexdigest()[:12]}"


def _contents(rows: Vectors) -> tuple[str, ...]:
    return tuple(hashlib.sha256(row.tobytes()).hexdigest() for row in rows)
