"""Taste: what the person did before, and what the request names as examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agent.answers import Named, Request, Together, UserTurn
from agent.errors import RequestError
from agent.language.messages import Note
from agent.people.objections import Objection
from agent.people.person_profile import hidden_ids
from retrieval.candidates import Candidate
from retrieval.channels.registry import COLLABORATIVE
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.history import history_of, joined, past_profile, profile_vectors
from retrieval.encoding import Vectors
from retrieval.interactions import LIKED_SHARE, NEUTRAL, top_of_scale
from retrieval.query import History
from retrieval.snapshot import Rows, Snapshot
from retrieval.storage.store import Store
from retrieval.text.mentions import Mention, Mentions
from retrieval.text.words import words

OUTRIGHT = -1.0  # the liking of what was disliked in so many words, or hidden
MAX_TOLD = 5
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
        objections: What the person's reasons name that they do not want.
        unwanted: The items that hold it.
        away: By dense channel the middle of what they disliked.
    """

    user: str
    past: History
    history: History | None
    profile: Mapping[str, Vectors]
    named: tuple[Named, ...]
    hidden: Rows
    notes: tuple[Note, ...]
    objections: tuple[str, ...] = ()
    unwanted: Rows = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    away: Mapping[str, Vectors] = field(default_factory=dict)


_NO_ROWS = np.empty(0, dtype=np.intp)
NO_TASTE = Taste("", History(_NO_ROWS, np.empty(0, dtype=np.float32)), None, {}, (), _NO_ROWS, ())
"""Of somebody unknown who names nothing."""


def taste_of(
    turn: UserTurn,
    request: Request,
    snapshot: Snapshot,
    store: Store,
    mentions: Mentions,
    objections: Sequence[Objection] = (),
    unwanted: Rows | None = None,
    *,
    led: bool = False,
) -> Taste:
    """What the person did and names; of somebody who opted out, what they name alone.

    Args:
        objections: What their reasons name that they do not want.
        unwanted: The items that hold it.
        led: Whether a conversation knows what else to go by where the request is empty.

    Raises:
        RequestError: the request holds nothing, or nothing but a user of whom nothing is known or may be used.
    """
    out = turn.user is not None and store.opted_out(turn.user)
    user = "" if out else turn.user or ""
    events = list(store.interactions(user)) if user else []
    own = Behaviour.build(events, snapshot.rows, store.highest_rating() if user else None)
    past, (seen, likes, _) = history_of(own, user), own.of(user)
    wordless = not request.text and not request.seen
    if wordless and not past.rows.size and not led:
        raise _nothing_to_go_by(turn.user, out)
    examples = mentions.examples(request.text)
    named = _history(examples)
    history = joined(past, named)
    asked_for = [] if examples else [mention.row for mention in mentions.find(request.text)]
    known = [] if turn.include_seen else np.setdiff1d(seen, asked_for).tolist()
    hidden = [snapshot.rows[item_id] for item_id in hidden_ids(events) if item_id in snapshot.rows]
    return Taste(
        user=user,
        past=past,
        history=history if history.rows.size else None,
        profile=past_profile(own, user, snapshot) if wordless else profile_vectors(named, snapshot),
        named=tuple(_named(mention, snapshot) for mention in examples),
        hidden=np.array(sorted({*known, *hidden, *(mention.row for mention in examples)}), dtype=np.intp),
        notes=(out_note(turn.user),) if out and turn.user else _notes(user, past, len(events), objections),
        objections=tuple(one.words for one in objections),
        unwanted=_NO_ROWS if unwanted is None else unwanted,
        away=profile_vectors(_disliked(seen, likes), snapshot),
    )


def unnamed(text: str, named: Sequence[Named]) -> str:
    """`text` without the words of the titles it names: an example is not what is asked for."""
    names = {token for one in named for token in words(one.title)}
    kept = (part for part in text.split() if not (tokens := words(part)) or not names.issuperset(tokens))
    return " ".join(kept) if names else text


def company_of(candidate: Candidate, taste: Taste, snapshot: Snapshot, store: Store) -> Together | None:
    """The item of the person's taste that shares most of its people with this one; None where none shares any."""
    history = taste.history
    if history is None or COLLABORATIVE.name not in candidate.channels:
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


def _nothing_to_go_by(user: str | None, out: bool) -> RequestError:
    if not user:
        return RequestError(Note("nobody asks for nothing"), Note("write what"))
    if out:
        return RequestError(Note("opted out of nothing", user=user), Note("write what"))
    return RequestError(Note("unknown taste", user=user), Note("write or import"))


def _disliked(rows: Rows, likes: NDArray[np.float32]) -> History:
    """What was turned down outright, each item as much as another."""
    down = rows[likes <= OUTRIGHT][-MAX_COMPARED:]
    return History(down, np.ones(len(down), dtype=np.float32))


def _history(mentions: Sequence[Mention]) -> History:
    return History(
        np.array([mention.row for mention in mentions], dtype=np.intp),
        np.array([mention.weight for mention in mentions], dtype=np.float32),
    )


def _named(mention: Mention, snapshot: Snapshot) -> Named:
    item = snapshot.items[mention.row]
    return Named(item.id, item.title, mention.weight > 0)


def _notes(user: str, past: History, n_events: int, objections: Sequence[Objection]) -> tuple[Note, ...]:
    if objections:
        return (Note("objected", user=user, names=tuple(f"“{one.words}”" for one in objections[-MAX_TOLD:])),)
    if not user or past.rows.size:
        return ()
    return (Note("all elsewhere", user=user, n=n_events) if n_events else Note("unknown person", user=user),)


def out_note(user: str) -> Note:
    """What somebody who opted out is told."""
    return Note("opted out", user=user)
