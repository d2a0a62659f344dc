"""Retrieve: from an understood request to candidates with the evidence of every channel."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from agent.answers import Request
from agent.models import Models
from agent.people.taste import NO_TASTE, Taste, without_titles
from agent.perceive import Perceived
from agent.retrieve.encoders import picture_vectors, request_encoders
from retrieval.bridge import Ridge, bridge_features
from retrieval.channels.hearing import NO_EARS, Ears
from retrieval.channels.registry import BRIDGE, TEXT, VISUAL, RequestPart, comparing_words, read_by
from retrieval.collaborative.history import towards
from retrieval.encoding import Vectors
from retrieval.filters import Filter
from retrieval.query import Query, RequestKind

FROM_DISLIKED = 0.1  # how far a request moves from the middle of what was disliked, as a share of its own length
FROM_OBJECTION = 0.2  # and from the middle of what the person's reasons name


def query_of(
    request: Request,
    filters: tuple[Filter, ...],
    perceived: Perceived,
    models: Models,
    ridge: Ridge | None,
    taste: Taste = NO_TASTE,
    ears: Ears = NO_EARS,
) -> Query:
    """The request as vectors, one set per channel that has something to say about it.

    Args:
        ridge: From pictures to words.
        ears: How the catalog compares sounds, and leads from them to words.
    """
    kind = _kind(request, perceived)
    if kind == "history":
        wishes = _against(taste, taste.profile, models)
        return Query(kind, "", {**taste.profile, **wishes}, filters, taste.history, taste.hidden, taste.unwanted)
    vectors = {**_worded(request, kind, models), **_seen(perceived, models), **_heard(perceived, ears)}
    if kind == "sound" and (points := sound_points(perceived, ears)) is not None:
        vectors |= {TEXT.name: points, BRIDGE.name: points}  # by what it seems to be
    if not request.english and perceived.sights and (points := picture_points(perceived, models, ridge)) is not None:
        vectors[TEXT.name] = points  # a picture without words asks by what it seems to show
    for name in (channel.name for channel in comparing_words() if channel.name in vectors):
        if name in taste.profile:
            vectors[name] = towards(vectors[name], taste.profile[name])
        if name in taste.away:
            vectors[name] = away(vectors[name], taste.away[name], FROM_DISLIKED)
    vectors |= _against(taste, vectors, models)
    words = " ".join(without_titles(text, taste.named) for text in dict.fromkeys((request.text, request.english)))
    return Query(kind, words, vectors, filters, taste.history, taste.hidden, taste.unwanted, points=perceived.points)


def _worded(request: Request, kind: RequestKind, models: Models) -> dict[str, Vectors]:
    """By channel the vectors of the wish; as it was written it is put only to channels that are asked by default."""
    texts: Mapping[RequestPart, str] = {"english": request.english, "words": request.text}
    vectors: dict[str, Vectors] = {}
    for part, text in texts.items():
        for encoder, channels in request_encoders(models, part) if text else ():
            names = [channel.name for channel in channels if part == "english" or kind in channel.shares]
            if names:
                vectors |= dict.fromkeys(names, encoder.encode([text]))
    return vectors


def _seen(perceived: Perceived, models: Models) -> dict[str, Vectors]:
    """By channel the vectors of the pictures."""
    vectors: dict[str, Vectors] = {}
    for encoder, channels in read_by("pictures").items() if perceived.sights else ():
        names = (channel.name for channel in channels)
        seen = picture_vectors(perceived.sights, models, encoder)
        if perceived.parts is not None and encoder == VISUAL.encoder:
            seen = np.concatenate([seen, perceived.parts])  # the likest of all is what counts
        vectors |= dict.fromkeys(names, seen)
    return vectors


def _heard(perceived: Perceived, ears: Ears) -> dict[str, Vectors]:
    """By channel the vectors of the sounds in which nothing is said; none where the catalog has no sounds."""
    measured = [sound.measured for sound in perceived.sounds if sound.measured is not None]
    if ears.scale is None or not measured:
        return {}
    names = (channel.name for channels in read_by("sounds").values() for channel in channels)
    return dict.fromkeys(names, ears.scale(np.stack(measured)))


def sound_points(perceived: Perceived, ears: Ears) -> Vectors | None:
    """The request's sounds as points of the text space, shape (n, dim); None where no map leads there."""
    vectors = _heard(perceived, ears)
    return ears.ridge(next(iter(vectors.values()))) if vectors and ears.ridge is not None else None


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
    moved: dict[str, Vectors] = {}
    for encoder, channels in request_encoders(models, "english", "words"):
        # a reason speaks of what a thing is and how it looks, not of how it sounds
        names = [channel.name for channel in channels if channel.name in vectors and channel.modality != "sound"]
        if names:
            unwanted = encoder.encode(list(taste.objections))
            moved |= {name: away(vectors[name], unwanted, FROM_OBJECTION) for name in names}
    return moved


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
        return "sound" if perceived.sounds else "history"
    if request.english and not request.language_sure:
        return "unsure"
    return "text" if request.english else "foreign"
