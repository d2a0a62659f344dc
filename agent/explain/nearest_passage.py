"""Nearness in meaning: which passage of an item is nearest to a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agent.answers import Request
from agent.explain.passages import Closest, Passage, passages, quote
from agent.recent import recent
from retrieval.encoding import Vectors
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.words import words

if TYPE_CHECKING:
    from agent.models import Models

MAX_PASSAGES = 4  # per item; the first sentences of a long text say what it is about
MAX_CACHED = 2_000  # lists of passages and requests whose vectors are kept: at most 12 MB


@dataclass(frozen=True, slots=True)
class _TextBatch:
    """Texts for one of the encoders, always embedded together: their vectors do not depend on what else is asked."""

    texts: tuple[str, ...]
    english: bool


class Nearness:
    """Finds the passage of an item that is nearest to a request; of items asked about lately without embedding them."""

    def __init__(self, schema: Schema, models: Models) -> None:
        self._schema = schema
        self._models = models
        self._vectors = recent(MAX_CACHED)(self._embed)

    def closest(self, items: Sequence[Item], request: Request) -> list[Closest | None]:
        """For each item the nearest passage of its own text; None where it, or the request, has no words."""
        english = bool(request.english)
        if not request.text or not items:
            return [None] * len(items)
        (wanted,) = self._vectors(_TextBatch((request.english or request.text,), english))
        return [self._nearest(item, wanted, english) for item in items]

    def likeness(self, texts: Sequence[str], request: Request) -> NDArray[np.float32]:
        """Cosine of each text to the request's words, in [-1, 1], shape (len(texts),)."""
        english = bool(request.english)
        (wanted,) = self._vectors(_TextBatch((request.english or request.text,), english))
        likeness: NDArray[np.float32] = self._vectors(_TextBatch(tuple(texts), english)) @ wanted
        return likeness

    def _nearest(self, item: Item, wanted: Vectors, english: bool) -> Closest | None:
        candidates = quotable(item, self._schema)
        if not candidates:
            return None
        # Embedded as people will see them: what is cut off a quote must not be what makes it near.
        texts = tuple(quote(passage.text) for passage in candidates)
        likeness = self._vectors(_TextBatch(texts, english)) @ wanted
        best = int(likeness.argmax())
        return Closest(candidates[best], float(likeness[best]))

    def _embed(self, batch: _TextBatch) -> Vectors:
        encoder = self._models.words if batch.english else self._models.foreign_words
        return encoder.encode(batch.texts)


def quotable(item: Item, schema: Schema) -> list[Passage]:
    """What may be quoted as near in meaning: the title, and what says more than the title does."""
    title = set(words(item.title))
    informative = [
        passage
        for passage in passages(item, schema)
        if passage.pointer == "/item/title" or not set(words(passage.text)) <= title
    ]
    return informative[:MAX_PASSAGES]


__all__ = ["Nearness", "quotable"]
