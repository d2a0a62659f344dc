"""Items become vectors, one set per channel; nothing that has been embedded before is embedded again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from agent.models import Models
from agent.perceive_items import PerceivedItem
from retrieval.encoding import Encoder, Vectors
from retrieval.item_text import item_text
from retrieval.schema import Schema
from retrieval.store import Embedded, Store, StoredItem

TEXT_CHARS = 800  # the encoder reads no more than about this
VISUAL, CONCEPTS = "visual", "concepts"


def embed_items(
    perceived: Sequence[PerceivedItem], digests: Sequence[str], store: Store, models: Models, schema: Schema
) -> list[StoredItem]:
    """Entries for the store: each item with its vectors in every channel it has something for."""
    texts = [item_text(one.item, schema)[:TEXT_CHARS] for one in perceived]
    text = _embedded(texts, models.text, store)
    multilingual = _embedded(texts, models.multilingual, store)
    return [
        StoredItem(one.item, digest, {"text": text[at], "multilingual": multilingual[at], **_pictured(one, models)})
        for at, (one, digest) in enumerate(zip(perceived, digests, strict=True))
    ]


def _embedded(texts: Sequence[str], encoder: Encoder, store: Store) -> list[Embedded]:
    keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    vectors = dict(store.cached_vectors(encoder.id, keys))
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in vectors}
    if missing:
        vectors.update(zip(missing, encoder.encode(list(missing.values())), strict=True))
    return [Embedded(encoder.id, (key,), _row(vectors[key])) for key in keys]


def _row(vector: Vectors) -> Vectors:
    return np.ascontiguousarray(vector, dtype=np.float32)[None, :]


def _pictured(one: PerceivedItem, models: Models) -> dict[str, Embedded]:
    """Vectors of the item's pictures and key frames: as seen, and as points of the text space."""
    if not one.sights:
        return {}
    contents = tuple(sight.picture.sha256 for sight in one.sights)
    vectors = {VISUAL: Embedded(models.pictures.id, contents, np.stack([sight.vector for sight in one.sights]))}
    logits = [sight.logits for sight in one.sights if sight.logits is not None]
    if len(logits) == len(one.sights):
        model = f"{models.pictures.id} in {models.text.id}"
        vectors[CONCEPTS] = Embedded(model, contents, models.concepts(np.stack(logits)), searchable=False)
    return vectors
