"""Taste: what the person did before, and what the request names as examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.answers import Named, Request, Together, UserTurn
from agent.errors import RequestError
from retrieval.candidates import Candidate
from retrieval.collaborative.behaviour import Behaviour
from retrieval.encoding import Vectors
from retrieval.history import history_of, joined, past_profile, profile_vectors
from retrieval.interactions import LIKED_SHARE, NEUTRAL, top_of_scale
from retrieval.mentions import Mention, Mentions
from retrieval.query import History
from retrieval.snapshot import Rows, Snapshot
from retrieval.storage.store import Store
from retrieval.words import words

MAX_COMPARED = 20  # liked items that are looked up for company: the latest, which weigh most


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """What is known of a person's taste when they ask.

    Attributes:
        user: Who asks; empty where that is not known.
        past: What they did before.
        history: The same with what the request names as its latest part; None where nothing is known.
        profile: By dense channel the vectors of what the request names, or of the whole history where there are no
            words and no pictures to go by.
        named: What the request names, for people.
        hidden: Items not to be shown.
        notes: What the answer must say of all this.
    """

    user: str
    past: History
    history: History | None
    profile: Mapping[str, Vectors]
    named: tuple[Named, ...]
    hidden: Rows
    notes: tuple[str, ...]


_NO_ROWS = np.empty(0, dtype=np.intp)
NO_TASTE = Taste("", History(_NO_ROWS, np.empty(0, dtype=np.float32)), None, {}, (), _NO_ROWS, ())
"""Of somebody unknown who names nothing."""


def taste_of(turn: UserTurn, request: Request, snapshot: Snapshot, store: Store, mentions: Mentions) -> Taste:
    """What the person did and names.

    Raises:
        RequestError: the request holds nothing but a user of whom nothing is known.
    """
    user = turn.user or ""
    own = _behaviour(user, store, snapshot)
    past, seen = history_of(own, user), own.of(user)[0]
    wordless = not request.text and not request.seen
    if wordless and not past.rows.size:
        raise RequestError(
            f"Nothing is known of what {user} likes, and the request is empty.",
            "Write what you are looking for, or take up what they did with `tastemaker interactions import`.",
        )
    examples = mentions.examples(request.text)
    named = _history(examples)
    history = joined(past, named)
    asked_for = [] if examples else [mention.row for mention in mentions.find(request.text)]
    known = [] if turn.include_seen else np.setdiff1d(seen, asked_for).tolist()
    return Taste(
        user=user,
        past=past,
        history=history if history.rows.size else None,
        profile=past_profile(own, user, snapshot) if wordless else profile_vectors(named, snapshot),
        named=tuple(_named(mention, snapshot) for mention in examples),
        hidden=np.array(sorted({*known, *(mention.row for mention in examples)}), dtype=np.intp),
        notes=tuple(_notes(user, past, store)),
    )


def unnamed(text: str, named: Sequence[Named]) -> str:
    """`text` without the words of the titles it names: an example is not what is asked for."""
    names = {token for one in named for token in words(one.title)}
    kept = (part for part in text.split() if not (tokens := words(part)) or not names.issuperset(tokens))
    return " ".join(kept) if names else text


def company_of(candidate: Candidate, taste: Taste, snapshot: Snapshot, store: Store) -> Together | None:
    """The item of the person's taste that shares most of its people with this one; None where none shares any."""
    history = taste.history
    if history is None or "collaborative" not in candidate.channels:
        return None
    liked = np.flatnonzero((history.weights > 0) & (history.rows != candidate.row))[-MAX_COMPARED:]
    weights = {snapshot.items[history.rows[at]].id: float(history.weights[at]) for at in liked}
    top = top_of_scale(store.highest_rating() or 1.0)
    for share, opinion in ((LIKED_SHARE, True), (NEUTRAL, False)):
        found = store.company(candidate.item.id, tuple(weights), taste.user, rating=share * top, liked=opinion)
        if found:
            best = max(found, key=lambda one: weights[one] * found[one].people / found[one].of ** 0.5)
            title = snapshot.items[snapshot.rows[best]].title
            return Together(best, title, found[best].people, opinion)
    return None


def _behaviour(user: str, store: Store, snapshot: Snapshot) -> Behaviour:
    """What one person did, on the scale of all ratings."""
    events = store.interactions(user) if user else ()
    return Behaviour.build(events, snapshot.rows, store.highest_rating() if user else None)


def _history(mentions: Sequence[Mention]) -> History:
    return History(
        np.array([mention.row for mention in mentions], dtype=np.intp),
        np.array([mention.weight for mention in mentions], dtype=np.float32),
    )


def _named(mention: Mention, snapshot: Snapshot) -> Named:
    item = snapshot.items[mention.row]
    return Named(item.id, item.title, mention.weight > 0)


def _notes(user: str, past: History, store: Store) -> list[str]:
    if not user or past.rows.size:
        return []
    waiting = sum(1 for _ in store.interactions(user))
    what = (
        f"All that {user} did, {waiting:,} in all, was with items that the catalog does not hold"
        if waiting
        else f"Nothing is known of {user} yet"
    )
    return [f"{what}: the answer goes by the request alone."]
