"""Retrieve: from an understood request to candidates with the evidence of every channel."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from agent.answers import Request
from agent.models import Models
from agent.people.taste import NO_TASTE, Taste, without_titles
from agent.perceive.request import Perceived
from retrieval.bridge import Ridge, bridge_features
from retrieval.collaborative.history import towards
from retrieval.encoding import Vectors
from retrieval.filters import Filter
from retrieval.query import Query, RequestKind

TOWARDS_EXAMPLES = ("text", "multilingual")
"""Channels in which a request that names examples moves towards them, and away from what was disliked."""
AGAINST_OBJECTIONS = frozenset({"text", "multilingual", "bridge"})
FROM_DISLIKED = 0.1  # how far a request moves from the middle of what was disliked, as a share of its own length
FROM_OBJECTION = 0.2  # and from the middle of what the person's reasons name


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
        wishes = _against(taste, taste.profile, models)
        return Query(kind, "", {**taste.profile, **wishes}, filters, taste.history, taste.hidden, taste.unwanted)
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
    for name, down in taste.away.items():
        if name in vectors and name in TOWARDS_EXAMPLES:
            vectors[name] = away(vectors[name], down, FROM_DISLIKED)
    vectors |= _against(taste, vectors, models)
    words = " ".join(without_titles(text, taste.named) for text in dict.fromkeys((request.text, request.english)))
    return Query(kind, words, vectors, filters, taste.history, taste.hidden, taste.unwanted)


def away(vectors: Vectors, unwanted: Vectors, share: float) -> Vectors:
    """A request's vectors moved away from the middle of unwanted ones, as unit vectors, shape (n, dim).

    Source: Rocchio, Relevance Feedback in Information Retrieval, 1971, with the negative part alone.
    """
    moved = vectors - share * unwanted.mean(axis=0, keepdims=True)
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _against(taste: Taste, vectors: Mapping[str, Vectors], models: Models) -> dict[str, Vectors]:
    """The vectors that move away from what the person's reasons name."""
    if not taste.objections:
        return {}
    found = {}
    for name in AGAINST_OBJECTIONS & vectors.keys():
        encoder = models.multilingual if name == "multilingual" else models.text
        found[name] = away(vectors[name], encoder.encode(list(taste.objections)), FROM_OBJECTION)
    return found


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
