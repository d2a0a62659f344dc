"""Which encoder makes the vectors of each channel, and whether those of a workspace are by the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from agent.errors import WorkspaceOutdated
from retrieval.bridge import RIDGE_BLOB
from retrieval.channels.hearing import SCALE_BLOB, SOUND_RIDGE_BLOB
from retrieval.channels.registry import AUDIO, BRIDGE, SOUND_BRIDGE, VISUAL
from retrieval.encoding import Encoder, Vectors
from retrieval.storage.store import Store

if TYPE_CHECKING:
    from agent.backends.protocols import PictureEncoder
    from agent.models import Models
    from agent.perceive.perception import Sight


def text_encoder(models: Models, name: str) -> Encoder:
    """What rows of the registry mean by the name of an encoder of texts."""
    encoder: Encoder = getattr(models, name)
    return encoder


def picture_vectors(sights: Sequence[Sight], models: Models, name: str) -> Vectors:
    """What an encoder of pictures makes of some, by its name in rows of the registry, shape (n, dim)."""
    if name == VISUAL.encoder:
        return np.stack([sight.vector for sight in sights])  # whoever perceived them has asked it
    encoder: PictureEncoder = getattr(models, name)
    return encoder.encode([sight.picture for sight in sights]).vectors


def check_encoders(store: Store, models: Models) -> None:
    """Refuse to compare vectors of different models.

    Raises:
        WorkspaceOutdated: the store holds vectors that another model made than the one that reads requests.
    """
    for channel, made_by, read_by in _outdated(store, models):
        workspace = store.path.parent
        raise WorkspaceOutdated(
            f"The vectors of the channel {channel!r} in {workspace} were made by {made_by}, while requests are read "
            f"by {read_by}: they cannot be compared.",
            f"Run `tastemaker ingest CATALOG --workspace {workspace}` again, which embeds all items by {read_by}.",
        )


def drop_outdated(store: Store, models: Models) -> None:
    """Take out what other models made, so that the next ingest embeds all items anew; nothing where all fits."""
    outdated = [channel for channel, _, _ in _outdated(store, models)]
    if outdated:
        # they lead from what pictures and sounds were by one model to what texts were by another
        for blob in (RIDGE_BLOB, SCALE_BLOB, SOUND_RIDGE_BLOB):
            store.set_blob(blob, b"")
        store.empty_channels([*outdated, BRIDGE.name, AUDIO.name, SOUND_BRIDGE.name])


def _outdated(store: Store, models: Models) -> Iterator[tuple[str, str, str]]:
    """Channel, the model that made its vectors, and the one that would now."""
    made_by = store.encoders()
    for channel, read_by in models.encoder_ids.items():
        if made_by.get(channel, read_by) != read_by:
            yield channel, made_by[channel], read_by


__all__ = ["check_encoders", "drop_outdated", "picture_vectors", "text_encoder"]
