"""Retrieve: from an understood request to candidates with the evidence of every channel."""

from __future__ import annotations

import numpy as np

from agent.answers import Request
from agent.models import Models
from agent.perceive import Perceived
from retrieval.bridge import Ridge, bridge_features
from retrieval.encoding import Vectors
from retrieval.filters import Filter
from retrieval.query import Query, RequestKind


def query_of(
    request: Request, filters: tuple[Filter, ...], perceived: Perceived, models: Models, ridge: Ridge | None
) -> Query:
    """The request as vectors, one set per channel that has something to say about it."""
    kind = _kind(request, perceived)
    vectors: dict[str, Vectors] = {}
    if request.english:
        vectors["text"] = vectors["bridge"] = vectors["sound"] = models.text.encode([request.english])
    if request.text and kind in ("foreign", "both"):
        vectors["multilingual"] = models.multilingual.encode([request.text])
    if perceived.sights:
        vectors["visual"] = np.stack([sight.vector for sight in perceived.sights])
        if not request.english and (points := picture_points(perceived, models, ridge)) is not None:
            vectors["text"] = points  # a picture without words asks by what it seems to show
    words = " ".join(dict.fromkeys((request.text, request.english)))
    return Query(kind, words, vectors, filters)


def picture_points(perceived: Perceived, models: Models, ridge: Ridge | None) -> Vectors | None:
    """The request's pictures as points of the text space, shape (n, dim); None when the model knows no classes."""
    logits = [sight.logits for sight in perceived.sights if sight.logits is not None]
    if len(logits) != len(perceived.sights):
        return None
    concepts = models.concepts(np.stack(logits))
    if ridge is None:
        return concepts
    return ridge(bridge_features(np.stack([sight.vector for sight in perceived.sights]), concepts))


def _kind(request: Request, perceived: Perceived) -> RequestKind:
    if perceived.sights:
        return "both" if request.text else "picture"
    return "text" if request.english else "foreign"
