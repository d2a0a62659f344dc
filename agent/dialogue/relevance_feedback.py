"""Steering: what a conversation knows becomes a taste that retrieval goes by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from agent.dialogue.state import Bound, State
from agent.language.detection import detect_language
from agent.models import Models
from agent.people import Taste
from agent.retrieve.encoders import request_encoder
from agent.understand.measures import LIKE_ITEM, QUALITY, Measures
from retrieval.channels.registry import comparing_words
from retrieval.collaborative.history import joined, profile_vectors
from retrieval.encoding import Vectors
from retrieval.query import History
from retrieval.snapshot import Rows, Snapshot

if TYPE_CHECKING:
    from agent.dialogue.step import Step
    from agent.pipeline import Pipeline
    from agent.understand import Understood

AWAY = 0.5  # weight of what is not wanted, beside 1 for what is
LEAST_LEFT = 2  # times k: with fewer items on the right side of criticism those nearest to it are taken in


def steered(taste: Taste, state: State, models: Models, measures: Measures, *, wordless: bool, hidden: Rows) -> Taste:
    """A taste with the items that were praised or refused in the conversation.

    Args:
        wordless: Whether there is nothing but the taste to go by.
        hidden: Items not to be shown, beside those that the taste hides.
    """
    snapshot = measures.snapshot
    liked, disliked = _history(state.liked, 1.0, snapshot), _history(state.disliked, -AWAY, snapshot)
    examples = joined_now(liked, disliked)
    profile = dict(taste.profile)
    for name, vector in _moved(liked, disliked, state.against, snapshot, models).items():
        profile[name] = _unit(profile[name] + vector) if name in profile else vector
    if wordless:
        profile = {name: _unit(vector) for name, vector in profile.items()}
        hidden = np.union1d(hidden, liked.rows)
    known = taste.history or taste.past
    history = joined(known, examples) if examples.rows.size else taste.history
    return replace(taste, profile=profile, history=history, hidden=np.union1d(taste.hidden, hidden))


def ruled_out(bounds: Sequence[Bound], allowed: Rows, measures: Measures, k: int) -> Rows:
    """The items on the wrong side of criticism.

    Criticism that only likeness tells never leaves too little: where fewer than `LEAST_LEFT` times `k` of the allowed
    items are on its right side, as many as that are taken which are nearest to it.

    Args:
        allowed: Rows of the items that may be shown otherwise.
    """
    left, latest_first = allowed, bounds[::-1]
    # What goes first binds most: the others only choose among what it has left.
    for bound in sorted(latest_first, key=_surety):
        values = measures.of(bound.measure)[left]
        if bound.op == ">":  # one comparison for both: more of a value is less of its negative
            values, limit = -values, -bound.value
        else:
            limit = bound.value
        values = np.where(np.isnan(values), np.inf, values)  # what is not known of an item is on the wrong side
        met = values < limit
        if not bound.strict and met.sum() < LEAST_LEFT * k:
            met = np.isin(np.arange(len(left)), np.argsort(values, kind="stable")[: LEAST_LEFT * k])
        left = left[met]
    return np.setdiff1d(np.arange(len(measures.snapshot.items)), left)


def _surety(bound: Bound) -> int:
    """What is measured goes before what is likened, and whole items last: they are like each other in many ways."""
    if bound.strict:
        return 0
    return 3 if bound.measure.startswith(LIKE_ITEM) else 2 if bound.measure.startswith(QUALITY) else 1


def joined_now(liked: History, disliked: History) -> History:
    """Both, neither older than the other."""
    return History(np.concatenate([liked.rows, disliked.rows]), np.concatenate([liked.weights, disliked.weights]))


def _moved(
    liked: History, disliked: History, against: Sequence[str], snapshot: Snapshot, models: Models
) -> dict[str, Vectors]:
    """By dense channel the direction to go: the mean of what is liked, less `AWAY` times the mean of what is not."""
    towards = dict(profile_vectors(liked, snapshot))
    away: dict[str, list[Vectors]] = {name: [-vector] for name, vector in profile_vectors(disliked, snapshot).items()}
    for words in against:
        english = detect_language(words) == "en"
        for channel in comparing_words():
            if channel.reader and channel.name in snapshot.tables and (english or channel.goes_by == "words"):
                unwanted = request_encoder(models, channel).encode([words])
                away.setdefault(channel.name, []).append(unwanted)
    for name, vectors in away.items():
        start = towards.get(name, np.zeros_like(vectors[0]))
        towards[name] = (start - AWAY * np.mean(vectors, axis=0)).astype(np.float32)
    return towards


def _history(items: Sequence[str], weight: float, snapshot: Snapshot) -> History:
    rows = [snapshot.rows[item_id] for item_id in items if item_id in snapshot.rows]
    return History(np.array(rows, dtype=np.intp), np.full(len(rows), weight, dtype=np.float32))


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def hidden_rows(pipeline: Pipeline, step: Step, understood: Understood, k: int) -> Rows:
    """What is barred in this request or owned, and what criticism rules out."""
    snapshot = pipeline.snapshot
    # Who names an item that was shown wants it again, unless the name says what to be like.
    examples = {snapshot.rows[item.item_id] for item in understood.request.named}
    named = {mention.row for mention in pipeline.find_mentions(step.utterance)} - examples
    barred = (*step.state.barred, *step.state.owned)
    shown = {snapshot.rows[item_id] for item_id in barred if item_id in snapshot.rows} - named
    if not step.state.bounds:
        return np.array(sorted(shown), dtype=np.intp)
    met = snapshot.allowed(understood.filters)
    allowed = np.ones(len(snapshot.items), dtype=bool) if met is None else met.copy()
    allowed[list(shown)] = False
    out = ruled_out(step.state.bounds, np.flatnonzero(allowed), pipeline.measures, k)
    return np.setdiff1d(np.union1d(out, list(shown)).astype(np.intp), sorted(named))


__all__ = ["hidden_rows", "ruled_out", "steered"]
