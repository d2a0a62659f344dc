"""Tasks from what people did: given their history, what did they like next?"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np

from retrieval.cases import Case
from retrieval.channels.collaborative import CollaborativeChannel
from retrieval.channels.popularity import PopularityChannel
from retrieval.channels.registry import channels_of
from retrieval.collaborative import Model
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.history import history_of, past_profile
from retrieval.collaborative.popularity import Popularity
from retrieval.errors import EvaluationError
from retrieval.evaluation.judgments import leaks
from retrieval.evaluation.splits import TIMED, Fold, cold_fold, liked_of, split
from retrieval.evaluation.task import CatalogFacts, Lessons, Part, Task, with_all_channels
from retrieval.interactions import Interaction
from retrieval.query import Query
from retrieval.retriever import Retriever
from retrieval.snapshot import Snapshot

MOST_PEOPLE = 2_000  # asked; more make a figure hardly surer
TRAIN_SHARE = 0.8  # of the people among those that learned fusions learn from; the others say when to stop

Fit = Callable[[Behaviour], Model]

WORDS: Mapping[str, str] = {
    "random": "a fifth of all (person, item) pairs is held back by lot",
    "leave-one-out": "each person's latest liked item is held back; what they did after it is not known",
    "user-time": "the latest fifth of each person's events is held back",
    "global-time": "the latest fifth of all events is held back; nothing later than that moment is known",
    "k-fold": "five parts of the (person, item) pairs, each held back once",
    "cold-item": "a tenth of the items is held back with all their events, and only these are ranked",
    "cold-user": "nothing is learned from a fifth of the people; asked for the latest fifth of their events",
    "given": "the held-back pairs are those of a file",
}


def history_task(
    name: str, events: Sequence[Interaction], retriever: Retriever, fit: Fit, seed: int, folds: Sequence[Fold] = ()
) -> Task:
    """What people liked next, by one kind of split.

    Args:
        name: Of the split.
        events: All interactions, of any items.
        retriever: Over the catalog; its channels of behaviour are replaced by ones that know what may be learned from.
        fit: Makes the model of the collaborative channel.
        seed: Of the split.
        folds: The division itself, where it is given and not made here.

    Raises:
        EvaluationError: the interactions cannot be split so.
    """
    snapshot = retriever.snapshot
    known = [event for event in events if event.item_id in snapshot.rows]
    liked = liked_of(known)
    divided = list(folds) or split(name, known, liked, seed)

    def parts() -> Iterator[Part]:
        for number, fold in enumerate(divided):
            part = _part(name, fold, retriever, fit, seed)
            yield part if len(divided) == 1 else replace(part, cases=_numbered(part.cases, number))

    everybody = _behaviour(known, snapshot)
    n_asked = sum(min(MOST_PEOPLE, len(fold.wanted)) for fold in divided)
    protocol = f"{WORDS[name]}; {n_asked:,} people asked for what they liked, items they know are not ranked"
    return Task(
        name=name,
        protocol=protocol,
        n_cases=n_asked,
        parts=parts,
        facts=CatalogFacts.of(snapshot, everybody.counts.astype(np.int64), len(everybody.users)),
        identity=_identity(name, divided, seed),
        warnings=(*_warnings(name, events, known), *_leaks(filter(liked, known), snapshot)),
    )


def history_cases(fold: Fold, snapshot: Snapshot, seed: int = 0) -> tuple[Case, ...]:
    """One request per person of a fold, made of nothing but their history; at most `MOST_PEOPLE`, drawn by lot."""
    behaviour = _behaviour((event for own in fold.given.values() for event in own), snapshot)
    warm = _but(fold.cold, snapshot)
    return tuple(_case(user, fold, behaviour, snapshot, warm) for user in _people_asked(fold, seed))


def with_behaviour(retriever: Retriever, model: Model, popularity: Model) -> Retriever:
    """A retriever like this one, whose channels of behaviour speak by these models."""
    behaviour = channels_of("behaviour")
    others = (channel for channel in retriever.channels if channel.name not in behaviour)
    return replace(retriever, channels=(*others, CollaborativeChannel(model), PopularityChannel(popularity)))


def _part(name: str, fold: Fold, retriever: Retriever, fit: Fit, seed: int) -> Part:
    behaviour = _behaviour(fold.train, retriever.snapshot)
    return Part(
        retriever=_knowing(behaviour, retriever, fit),
        cases=history_cases(fold, retriever.snapshot, seed),
        lessons=cache(partial(_lessons, name, fold, retriever, fit, seed)),
        counts=behaviour.counts.astype(np.int64),
    )


def _numbered(cases: Sequence[Case], number: int) -> tuple[Case, ...]:
    """A person is asked once in each fold, so the fold belongs to the name of the request."""
    return tuple(replace(case, id=f"{number}:{case.id}") for case in cases)


def _behaviour(events: Iterable[Interaction], snapshot: Snapshot) -> Behaviour:
    return Behaviour.build(_ordered(events), snapshot.rows)


def _knowing(behaviour: Behaviour, retriever: Retriever, fit: Fit) -> Retriever:
    return with_all_channels(with_behaviour(retriever, fit(behaviour), Popularity.fit(behaviour)))


def _lessons(name: str, fold: Fold, retriever: Retriever, fit: Fit, seed: int) -> Lessons:
    """Lessons by the same kind of split, made of what may be learned from.

    Raises:
        EvaluationError: too little is left to split.
    """
    if name == "cold-item":
        return _cold_lessons(fold, retriever, fit, seed)
    inner = split("leave-one-out" if name == "given" else name, fold.train, liked_of(fold.train), seed + 1)[0]
    knowing, cases = _asking(inner, retriever, fit, seed)
    if len(cases) < 2:
        raise EvaluationError(
            f"The interactions to learn from leave {len(cases)} people to ask.", "Import more interactions."
        )
    # one at least is left to stop by
    n_train = min(round(TRAIN_SHARE * len(cases)), len(cases) - 1)
    drawn = np.random.default_rng(seed).permutation(len(cases)) < n_train
    train = [case for case, learned_from in zip(cases, drawn, strict=True) if learned_from]
    valid = [case for case, learned_from in zip(cases, drawn, strict=True) if not learned_from]
    return Lessons.of([(knowing, train)], (knowing, valid))


def _cold_lessons(fold: Fold, retriever: Retriever, fit: Fit, seed: int) -> Lessons:
    """Some items are cold only to stop by; of the others each half is cold once to learn from, the other one known.

    Who stopped by items that were learned from would take what is remembered of them for what is understood. Who
    learned from one half only would know half as many items: on films, content alone, a fusion network trained so
    reached nDCG@10 0.20 and 0.17 on two divisions, and 0.23 and 0.20 by both halves.
    """
    liked = liked_of(fold.train)
    (valid,) = split("cold-item", fold.train, liked, seed + 1)
    items = np.random.default_rng(seed + 2).permutation(sorted({event.item_id for event in valid.train})).tolist()
    middle = len(items) // 2
    halves = [cold_fold(valid.train, liked, frozenset(half)) for half in (items[:middle], items[middle:])]
    train = [_asking(half, retriever, fit, seed) for half in halves if half.wanted]
    if not train:
        raise EvaluationError("The interactions leave no items to learn from.", "Import more interactions.")
    numbered = [(knowing, _numbered(cases, at)) for at, (knowing, cases) in enumerate(train)]
    return Lessons.of(numbered, _asking(valid, retriever, fit, seed))


def _asking(fold: Fold, retriever: Retriever, fit: Fit, seed: int) -> tuple[Retriever, tuple[Case, ...]]:
    knowing = _knowing(_behaviour(fold.train, retriever.snapshot), retriever, fit)
    return knowing, history_cases(fold, retriever.snapshot, seed)


def _case(user: str, fold: Fold, behaviour: Behaviour, snapshot: Snapshot, warm: np.ndarray | None) -> Case:
    history = history_of(behaviour, user)
    # of cold items nobody has touched any, so all that is warm is hidden and only cold ones are ranked
    seen = np.unique(behaviour.of(user)[0]) if warm is None else warm
    query = Query("history", "", past_profile(behaviour, user, snapshot), (), history)
    return Case(user, query, {snapshot.rows[item]: 1.0 for item in sorted(fold.wanted[user])}, seen)


def _but(cold: frozenset[str], snapshot: Snapshot) -> np.ndarray | None:
    """All rows but those of cold items, shared by all cases; None where no item is cold."""
    if not cold:
        return None
    may = np.zeros(len(snapshot.items), dtype=bool)
    may[[snapshot.rows[item] for item in cold]] = True
    return np.flatnonzero(~may)


def _people_asked(fold: Fold, seed: int) -> list[str]:
    users = sorted(fold.wanted)
    if len(users) <= MOST_PEOPLE:
        return users
    # drawn, not the first: names often follow the time at which people came
    drawn = np.random.default_rng([seed, len(users)]).choice(len(users), MOST_PEOPLE, replace=False)
    return [users[at] for at in sorted(drawn.tolist())]


def _ordered(events: Iterable[Interaction]) -> list[Interaction]:
    """Events by person, then by time, those without one first: as the store yields them."""
    return sorted(events, key=lambda event: (event.user, event.at_s is not None, event.at_s or 0.0, event.item_id))


def _identity(name: str, folds: Sequence[Fold], seed: int) -> str:
    digest = hashlib.sha256(f"{name} {seed}".encode())
    for fold in folds:
        for event in fold.train:
            digest.update(repr((event.user, event.item_id, event.kind, event.value, event.at_s)).encode())
        digest.update(repr([(user, sorted(items)) for user, items in sorted(fold.wanted.items())]).encode())
        digest.update(repr(sorted(fold.cold)).encode())
    return digest.hexdigest()


def _warnings(name: str, events: Sequence[Interaction], known: Sequence[Interaction]) -> tuple[str, ...]:
    warnings = []
    if elsewhere := len(events) - len(known):
        warnings.append(f"{elsewhere:,} of {len(events):,} interactions are with items that the catalog does not have.")
    if untimed := sum(event.at_s is None for event in known) if name in TIMED else 0:
        warnings.append(f"{untimed:,} interactions have no time and are left out.")
    values = {event.value for event in known if event.kind == "rating"}
    if len(values) == 1 and len(known) > 1:
        warnings.append("All ratings are equal: they say what people chose, not what they liked.")
    return tuple(warnings)


def _leaks(liked: Iterable[Interaction], snapshot: Snapshot) -> Iterator[str]:
    """Searched columns that name the people who liked an item."""
    gains: dict[str, dict[str, float]] = defaultdict(dict)
    for event in liked:
        gains[event.user][event.item_id] = 1.0
    return map(str, leaks(snapshot.items, snapshot.schema, {user: user for user in gains}, gains))
