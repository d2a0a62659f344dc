"""Which encoder makes the vectors of each channel, and whether those of a workspace are by the same ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from agent.backends.encoder_slots import AUTO
from agent.errors import WorkspaceOutdated
from agent.models import CONCEPTS
from retrieval.bridge import RIDGE_BLOB
from retrieval.channels.hearing import SCALE_BLOB, SOUND_RIDGE_BLOB
from retrieval.channels.registry import (
    AUDIO,
    BRIDGE,
    REVIEWS,
    SOUND_BRIDGE,
    TEXT,
    VISUAL,
    ChannelRow,
    RequestPart,
    read_by,
)
from retrieval.encoding import Encoder, Vectors, for_requests
from retrieval.storage.store import Store

if TYPE_CHECKING:
    from agent.backends.protocols import PictureEncoder
    from agent.models import Models
    from agent.perceive.perception import Sight

ENCODERS = "encoders"  # name of the setting under which a workspace remembers those it was made with, as JSON


def text_encoder(models: Models, name: str) -> Encoder:
    """What rows of the registry mean by the name of an encoder of texts, for those of items."""
    encoder: Encoder = getattr(models, name)
    return encoder


def request_encoder(models: Models, channel: ChannelRow) -> Encoder:
    """What makes a channel's vectors of requests in words."""
    if channel.name == BRIDGE.name and models.picture_words is not None:
        return models.picture_words
    if channel.name == SOUND_BRIDGE.name and models.sound_words is not None:
        return models.sound_words
    return for_requests(text_encoder(models, channel.reader or ""))


def request_encoders(models: Models, *parts: RequestPart) -> list[tuple[Encoder, list[ChannelRow]]]:
    """Each encoder of requests in words once, with the channels whose vectors it makes of these parts."""
    groups: dict[int, tuple[Encoder, list[ChannelRow]]] = {}
    for channel in (channel for channels in read_by(*parts).values() for channel in channels):
        encoder = request_encoder(models, channel)
        groups.setdefault(id(encoder), (encoder, []))[1].append(channel)
    return list(groups.values())


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
    for channel, made_by, reader in _outdated(store, models):
        workspace, options = store.path.parent, _options(models)
        raise WorkspaceOutdated(
            f"The vectors of the channel {channel!r} in {workspace} were made by {made_by}, while requests are read "
            f"by {reader}: they cannot be compared.",
            f"Run `tastemaker ingest CATALOG --workspace {workspace}{options}` again, which embeds all items by "
            f"{reader}{', or leave the encoders to the workspace' if options else ''}.",
        )


def drop_outdated(store: Store, models: Models) -> None:
    """Take out what other models made, so that the next ingest embeds all items anew; nothing where all fits."""
    outdated = [channel for channel, _, _ in _outdated(store, models)]
    if outdated:
        # they lead from what pictures and sounds were by one model to what texts were by another
        for blob in (RIDGE_BLOB, SCALE_BLOB, SOUND_RIDGE_BLOB):
            store.set_blob(blob, b"")
        store.empty_channels([*outdated, BRIDGE.name, CONCEPTS, AUDIO.name, SOUND_BRIDGE.name])
        store.make_reviews_stale()


def adopt_encoders(store: Store, models: Models) -> None:
    """Have a workspace's own encoders read requests, where the settings leave that to it.

    Raises:
        ConfigError: what it remembers names no encoder.
    """
    models.adopt(remembered_encoders(store))


def remember_encoders(store: Store, models: Models) -> None:
    """Keep with a workspace which encoders it is made with, so that whoever opens it needs not be told.

    Raises:
        ModelError: one of them cannot be had.
    """
    pinned = models.slots.pinned()
    if pinned != remembered_encoders(store):
        store.set_setting(ENCODERS, json.dumps(pinned))


def remembered_encoders(store: Store) -> Mapping[str, str]:
    """By slot the encoder that a workspace was made with; empty before its first ingest."""
    remembered: dict[str, str] = json.loads(store.setting(ENCODERS) or "{}")
    return remembered


def _options(models: Models) -> str:
    """The encoders that settings name, as options of a command."""
    named = (f" --{slot}-encoder {value}" for slot, value in models.config.encoders.items() if value != AUTO)
    return "".join(named)


def _outdated(store: Store, models: Models) -> Iterator[tuple[str, str, str]]:
    """Channel, the model that made its vectors, and the one that would now."""
    made_by = store.encoders()
    for channel, reader in models.encoder_ids.items():
        if made_by.get(channel, reader) != reader:
            yield channel, made_by[channel], reader
    # sentences of reviewers are of the same encoder, though no item's own texts are
    reader = models.encoder_ids[TEXT.name]
    if made_by.get(REVIEWS.name, reader) != reader:
        yield REVIEWS.name, made_by[REVIEWS.name], reader


__all__ = [
    "ENCODERS", "adopt_encoders", "check_encoders", "drop_outdated", "picture_vectors",
    "remember_encoders", "remembered_encoders", "request_encoder", "request_encoders", "text_encoder",
]  # fmt: skip
