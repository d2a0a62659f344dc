"""Taste: what the person did before, and what the request names as examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agent.answers import Named, Request, Together, UserTurn
from agent.errors import RequestError
from agent.language.messages import Note
from agent.people.objections import NO_AVERSIONS, Aversions, Objection
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
MAX_OBJECTIONS_NAMED = 5
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


@dataclass(frozen=True, slots=True, eq=False)
class TasteSources:
    """Where a taste is read from.

    Attributes:
        snapshot: The items that people did something with.
        store: What they did.
        mentions: Finds the items that a request names.
    """

    snapshot: Snapshot
    store: Store
    mentions: Mentions


def taste_of(
    turn: UserTurn,
    request: Request,
    sources: TasteSources,
    aversions: Aversions = NO_AVERSIONS,
    *,
    led: bool = False,
) -> Taste:
    """What the person did and names; of somebody who opted out, what they name alone.

    Args:
        aversions: What their reasons name that they do not want.
        led: Whether a conversation knows what else to go by where the request is empty.

    Raises:
        RequestError: the request holds nothing, or nothing but a user of whom nothing is known or may be used.
    """
    snapshot, store, mentions = sources.snapshot, sources.store, sources.mentions
    opted_out = turn.user is not None and store.opted_out(turn.user)
    user = "" if opted_out else turn.user or ""
    events = list(store.interactions(user)) if user else []
    own = Behaviour.build(events, snapshot.rows, store.highest_rating() if user else None)
    past, (seen, likes, _) = history_of(own, user), own.of(user)
    wordless = request.empty
    if wordless and not past.rows.size and not led:
        raise _nothing_to_go_by(turn.user, opted_out)
    examples = mentions.examples(request.text)
    # Examples count as the latest thing done: what somebody names now says more than what they liked once.
    named = _history(examples)
    history = joined(past, named)
    # Who names a title and says nothing of liking it asks for that very item, though they have seen it.
    requested = [] if examples else [mention.row for mention in mentions.find(request.text)]
    repeated = [] if turn.include_seen else np.setdiff1d(seen, requested).tolist()
    hidden = [snapshot.rows[item_id] for item_id in hidden_ids(events) if item_id in snapshot.rows]
    return Taste(
        user=user,
        past=past,
        history=history if history.rows.size else None,
        # Words and pictures say what is wanted now: behind them the past has its say by its own channel alone.
        profile=past_profile(own, user, snapshot) if wordless else profile_vectors(named, snapshot),
        named=tuple(_named_item(mention, snapshot) for mention in examples),
        hidden=np.array(sorted({*repeated, *hidden, *(mention.row for mention in examples)}), dtype=np.intp),
        notes=_notes(turn, past, len(events), aversions.objections, opted_out=opted_out),
        objections=tuple(objection.words for objection in aversions.objections),
        unwanted=aversions.rows,
        away=profile_vectors(_disliked(seen, likes), snapshot),
    )


def without_titles(text: str, named: Sequence[Named]) -> str:
    """`text` without the words of the titles it names: an example is not what is asked for."""
    title_words = {token for example in named for token in words(example.title)}
    if not title_words:
        return text
    parts = ((part, words(part)) for part in text.split())
    return " ".join(part for part, tokens in parts if not tokens or not title_words.issuperset(tokens))


def company_of(candidate: Candidate, taste: Taste, snapshot: Snapshot, store: Store) -> Together | None:
    """The item of the person's taste that shares most of its people with this one; None where none shares any."""
    history = taste.history
    if history is None or COLLABORATIVE.name not in candidate.channels:
        return None
    liked = np.flatnonzero((history.weights > 0) & (history.rows != candidate.row))[-MAX_COMPARED:]
    weights = {snapshot.items[history.rows[at]].id: float(history.weights[at]) for at in liked}
    top = top_of_scale(store.highest_rating() or 1.0)
    # That both were liked says more than that both were chosen; the second is told where the first is not known.
    for share, opinion in ((LIKED_SHARE, True), (NEUTRAL, False)):
        company = store.company(candidate.item.id, tuple(weights), taste.user, rating=share * top, liked=opinion)
        if company:
            # The root of all its people: what everybody chose keeps company with everything.
            best = max(company, key=lambda id_: weights[id_] * company[id_].people / company[id_].of ** 0.5)
            title = snapshot.items[snapshot.rows[best]].title
            return Together(best, title, company[best].people, opinion)
    return None


def _nothing_to_go_by(user: str | None, opted_out: bool) -> RequestError:
    if not user:
        return RequestError(Note("nobody asks for nothing"), Note("write what"))
    if opted_out:
        return RequestError(Note("opted out of nothing", user=user), Note("write what"))
    return RequestError(Note("unknown taste", user=user), Note("write or import"))


def _disliked(rows: Rows, likes: NDArray[np.float32]) -> History:
    """What was turned down outright, each item as much as another."""
    turned_down = rows[likes <= OUTRIGHT][-MAX_COMPARED:]
    return History(turned_down, np.ones(len(turned_down), dtype=np.float32))


def _history(mentions: Sequence[Mention]) -> History:
    return History(
        np.array([mention.row for mention in mentions], dtype=np.intp),
        np.array([mention.weight for mention in mentions], dtype=np.float32),
    )


def _named_item(mention: Mention, snapshot: Snapshot) -> Named:
    item = snapshot.items[mention.row]
    return Named(item.id, item.title, mention.weight > 0)


def _notes(
    turn: UserTurn, past: History, n_events: int, objections: Sequence[Objection], *, opted_out: bool
) -> tuple[Note, ...]:
    """What the person has to know of what is known of them."""
    if not turn.user:
        return ()
    if opted_out:
        return (out_note(turn.user),)
    if objections:
        names = tuple(f"“{objection.words}”" for objection in objections[-MAX_OBJECTIONS_NAMED:])
        return (Note("objected", user=turn.user, names=names),)
    if past.rows.size:
        return ()
    return (Note("all elsewhere", user=turn.user, n=n_events) if n_events else Note("unknown person", user=turn.user),)


def out_note(user: str) -> Note:
    """What somebody who opted out is told."""
    return Note("opted out", user=user)
