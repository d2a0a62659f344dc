"""Retrieve: from an understood request to candidates with the evidence of every channel."""

from __future__ import annotations

import numpy as np

from agent.answers import Request
from agent.models import Models
from agent.perceive import Perceived
from agent.taste import NO_TASTE, Taste, unnamed
from retrieval.bridge import Ridge, bridge_features
from retrieval.encoding import Vectors
from retrieval.filters import Filter
from retrieval.history import towards
from retrieval.query import Query, RequestKind

TOWARDS_EXAMPLES = ("text", "multilingual")
"""Channels in which a request that names examples moves towards them."""


def query_of(
    request: Request,
    filters: tuple[Filter, ...],
    perceived: Perceived,
    models: Models,
    ridge: Ridge | None,
    taste: Taste = NO_TASTE,
) -> Query:
    """The request as vectors, one set per channel that has something to say about it."""
    kind = _kind(request, perceived)
    if kind == "history":
        return Query(kind, "", taste.profile, filters, taste.history, taste.hidden)
    vectors: dict[str, Vectors] = {}
    if request.english:
        vectors["text"] = vectors["bridge"] = vectors["sound"] = models.text.encode([request.english])
    if request.text and kind in ("foreign", "both"):
        vectors["multilingual"] = models.multilingual.encode([request.text])
    if perceived.sights:
        vectors["visual"] = np.stack([sight.vector for sight in perceived.sights])
        if not request.english and (points := picture_points(perceived, models, ridge)) is not None:
            vectors["text"] = points  # a picture without words asks by what it seems to show
    for name in TOWARDS_EXAMPLES:
        if name in vectors and name in taste.profile:
            vectors[name] = towards(vectors[name], taste.profile[name])
    words = " ".join(unnamed(text, taste.named) for text in dict.fromkeys((request.text, request.english)))
    return Query(kind, words, vectors, filters, taste.history, taste.hidden)


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
    if not request.text:
        return "history"
    return "text" if request.english else "foreign"
