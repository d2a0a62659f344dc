"""Items become vectors, one set per channel; nothing that has been embedded before is embedded again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain

import numpy as np

from agent.models import CONCEPTS, MEASURED, Models
from agent.perceive.items import PerceivedItem
from agent.retrieve.encoders import check_encoders, picture_vectors, text_encoder
from retrieval.channels.registry import BRIDGE, VISUAL, embedded_channels
from retrieval.encoding import Encoder
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.storage.store import Embedded, Store, StoredItem


def embed_items(
    perceived: Sequence[PerceivedItem], digests: Sequence[str], store: Store, models: Models, schema: Schema
) -> list[StoredItem]:
    """Entries for the store: each item with its vectors in every channel it has something for."""
    texts = embed_texts([entry.item for entry in perceived], store, models, schema)
    return [
        StoredItem(
            entry.item,
            digest,
            {**vectors, **_embed_sights(entry, models), **_embed_sounds(entry, models)},
            entry.points,
        )
        for entry, digest, vectors in zip(perceived, digests, texts, strict=True)
    ]


def embed_texts(items: Sequence[Item], store: Store, models: Models, schema: Schema) -> list[dict[str, Embedded]]:
    """By item and channel the vectors of what it says, and of what is said of its media.

    Raises:
        WorkspaceOutdated: the vectors of other items were made by another model.
    """
    check_encoders(store, models)
    of_channels = [
        _embed_channel(
            channel.name, [channel.item_texts(item, schema) for item in items], text_encoder(models, name), store
        )
        for name, channel in embedded_channels()
        if channel.item_texts is not None
    ]
    return [dict(chain.from_iterable(vectors[at].items() for vectors in of_channels)) for at in range(len(items))]


def _embed_channel(
    channel: str, parts: Sequence[Sequence[str]], encoder: Encoder, store: Store
) -> list[dict[str, Embedded]]:
    """By channel the vectors of each item's texts, those known already taken from the store; none for no text."""
    keys = [tuple(hashlib.sha256(text.encode()).hexdigest() for text in texts) for texts in parts]
    text_of = {
        key: text for group, texts in zip(keys, parts, strict=True) for key, text in zip(group, texts, strict=True)
    }
    # Encoding is by far the dearest step, and most texts of a catalog that came again have not changed.
    vectors = store.cached_vectors(encoder.id, text_of)
    missing = [key for key in text_of if key not in vectors]
    if missing:
        vectors.update(zip(missing, encoder.encode([text_of[key] for key in missing]), strict=True))
    return [
        {channel: Embedded(encoder.id, group, np.stack([vectors[key] for key in group]))} if group else {}
        for group in keys
    ]


def _embed_sights(perceived: PerceivedItem, models: Models) -> dict[str, Embedded]:
    """Vectors of the item's pictures and key frames: as seen, and as points of the space that words are put into."""
    sights = perceived.sights
    if not sights:
        return {}
    contents = tuple(sight.picture.sha256 for sight in sights)
    vectors = {
        channel.name: Embedded(models.encoder_ids[channel.name], contents, picture_vectors(sights, models, name))
        for name, channel in embedded_channels()
        if channel.item_texts is None
    }
    if BRIDGE.name in models.encoder_ids:  # what embeds the pictures reads words too: no bridge is to be built
        return vectors | {BRIDGE.name: vectors[VISUAL.name]}
    logits = [sight.logits for sight in sights if sight.logits is not None]
    # An encoder that knows no classes gives none, and then the text space has no point for any picture.
    if len(logits) == len(sights):
        points = models.concepts(np.stack(logits))
        vectors[CONCEPTS] = Embedded(models.encoder_ids[CONCEPTS], contents, points, searchable=False)
    return vectors


def _embed_sounds(perceived: PerceivedItem, models: Models) -> dict[str, Embedded]:
    """What was measured of the item's sounds; `agent/ingest/hearing.py` makes vectors of it that can be compared."""
    measured = {sound.description.media: sound.measured for sound in perceived.sounds if sound.measured is not None}
    if not measured:
        return {}
    rows = np.stack(list(measured.values()))
    return {MEASURED: Embedded(models.encoder_ids[MEASURED], tuple(measured), rows, searchable=False)}
