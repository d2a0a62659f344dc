"""Splits: what may be learned from, and what is asked for, without a leak from the second into the first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from retrieval.errors import EvaluationError
from retrieval.interactions import Interaction, liking, top_of_scale

Liked = Callable[[Interaction], bool]
LIKED = liking("rating", 4.0, 5.0)
HELD_SHARE = 0.2
COLD_ITEM_SHARE = 0.1
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One division of the interactions.

    Attributes:
        train: What models may learn from.
        given: By user what may be known of them when they ask, oldest first; for most splits their part of `train`.
        wanted: By user the items they liked that were held back; every user has at least one, and something given.
        cold: Items that only `wanted` holds, which are then the only candidates; empty where all items are.
    """

    train: tuple[Interaction, ...]
    given: Mapping[str, tuple[Interaction, ...]]
    wanted: Mapping[str, frozenset[str]]
    cold: frozenset[str] = frozenset()


def liked_of(events: Iterable[Interaction]) -> Liked:
    """What counts as liked among these: four of five stars, a like, a purchase, a save.

    Where nothing comes up to that (only views, or the same middling rating for all), whatever comes nearest to it does.
    """
    known = list(events)
    top = top_of_scale(max((event.value for event in known if event.value is not None), default=1.0))
    strongest = max((liking(event.kind, event.value, top) for event in known), default=0.0)
    least = min(LIKED, strongest) if strongest > 0 else LIKED
    return lambda event: liking(event.kind, event.value, top) >= least


Split = Callable[[Sequence[Interaction], Liked, np.random.Generator], list[Fold]]


def random_split(events: Sequence[Interaction], liked: Liked, dice: np.random.Generator) -> list[Fold]:
    """A fifth of all (person, item) pairs, drawn by lot."""
    pairs = _pairs(events)
    held = {pair for pair, drawn in zip(pairs, dice.random(len(pairs)) < HELD_SHARE, strict=True) if drawn}
    return [_fold(events, held, liked)]


def k_fold(events: Sequence[Interaction], liked: Liked, dice: np.random.Generator) -> list[Fold]:
    """Five parts of the (person, item) pairs; each is held back once."""
    pairs = _pairs(events)
    part = dice.permutation(len(pairs)) % FOLDS
    return [_fold(events, {pairs[at] for at in np.flatnonzero(part == n)}, liked) for n in range(FOLDS)]


def leave_one_out(events: Sequence[Interaction], liked: Liked, dice: np.random.Generator) -> list[Fold]:
    """The latest item that each person liked; what they did after it is not known."""
    del dice
    return [_by_user_time(events, liked, _from_last_liked)]


def user_time(events: Sequence[Interaction], liked: Liked, dice: np.random.Generator) -> list[Fold]:
    """The latest fifth of each person's events."""
    del dice
    return [_by_user_time(events, liked, _from_last_share)]


def global_time(events: Sequence[Interaction], liked: Liked, dice: np.random.Generator) -> list[Fold]:
    """Everything after one moment: the latest fifth of all events."""
    del dice
    times = np.sort([_time(event) for event in events])
    start = times[int(len(times) * (1 - HELD_SHARE))] if len(times) else 0.0
    return [_cut(events, liked, lambda event: _time(event) >= start)]


def cold_item(events: Sequence[Interaction], liked: Liked, dice: np.random.Generator) -> list[Fold]:
    """A tenth of the items: nothing of them is learned, and they alone are ranked."""
    items = sorted({event.item_id for event in events})
    n = max(1, round(len(items) * COLD_ITEM_SHARE))
    return [cold_fold(events, liked, frozenset(dice.permutation(items)[:n].tolist()))]


def cold_fold(events: Iterable[Interaction], liked: Liked, cold: frozenset[str]) -> Fold:
    """The fold in which these items are cold."""
    return replace(_cut(events, liked, lambda event: event.item_id in cold), cold=cold)


def cold_user(events: Sequence[Interaction], liked: Liked, dice: np.random.Generator) -> list[Fold]:
    """A fifth of the people: nothing is learned from them; asked for the latest fifth, given the rest.

    Source: strong generalization, Marlin, Collaborative Filtering: A Machine Learning Perspective, 2004, section 3.3.
    """
    users = sorted({event.user for event in events})
    cold = set(dice.permutation(users)[: max(1, round(len(users) * HELD_SHARE))].tolist()) if users else set()
    fold = _by_user_time([event for event in events if event.user in cold], liked, _from_last_share)
    train = tuple(event for event in events if event.user not in cold)
    return [Fold(train, fold.given, fold.wanted)]


SPLITS: Mapping[str, Split] = MappingProxyType(
    {
        "random": random_split,
        "leave-one-out": leave_one_out,
        "user-time": user_time,
        "global-time": global_time,
        "k-fold": k_fold,
        "cold-item": cold_item,
        "cold-user": cold_user,
    }
)
TIMED = frozenset({"leave-one-out", "user-time", "global-time", "cold-user"})
"""Splits that need to know when things happened; to them, events without a time do not exist."""


def split(name: str, events: Sequence[Interaction], liked: Liked, seed: int) -> list[Fold]:
    """Divide interactions; the same seed gives the same folds.

    Args:
        name: Of `SPLITS`.
        events: In any order; several events of one person with one item stay together.
        liked: Which events count as wanted.

    Raises:
        EvaluationError: there is nothing to divide, or nobody is left to ask.
    """
    if not events:
        raise EvaluationError("There are no interactions.", "Import some with `tastemaker interactions import`.")
    known = [event for event in events if event.at_s is not None or name not in TIMED]
    if not known:
        raise EvaluationError(
            f"The split {name} needs times, and none of the {len(events):,} interactions has one.",
            "Choose random, k-fold or cold-item.",
        )
    # by time, then by name: the order in which events came must not decide what is held back
    ordered = sorted(known, key=lambda event: (_time(event), event.user, event.item_id))
    folds = SPLITS[name](ordered, liked, np.random.default_rng([seed, len(name)]))
    usable = [fold for fold in folds if fold.wanted]
    if not usable:
        n_users, n_items = len({event.user for event in events}), len({event.item_id for event in events})
        raise EvaluationError(
            f"The split {name} leaves nobody to ask: {len(events):,} interactions of {n_users:,} people with"
            f" {n_items:,} items, {sum(map(liked, events)):,} of them liked.",
            "At least one person must have liked an item after, or beside, another one.",
        )
    return usable


def _fold(events: Iterable[Interaction], held: set[tuple[str, str]], liked: Liked) -> Fold:
    return _cut(events, liked, lambda event: (event.user, event.item_id) in held)


def _cut(events: Iterable[Interaction], liked: Liked, held: Callable[[Interaction], bool]) -> Fold:
    """Keep back what `held` names, wherever else the same pair of person and item occurs too."""
    everything = tuple(events)
    pairs = {(event.user, event.item_id) for event in everything if held(event)}
    # an earlier event of the same pair would give the answer away
    train = tuple(event for event in everything if not held(event) and (event.user, event.item_id) not in pairs)
    given = _by_user(train)
    return Fold(train, given, _wanted((event for event in everything if held(event)), liked, given))


def _by_user_time(
    events: Sequence[Interaction], liked: Liked, start: Callable[[Sequence[Interaction], Liked], int]
) -> Fold:
    """Keep back everything of each person from `start` on."""
    train: list[Interaction] = []
    late: list[Interaction] = []
    for own in _by_user(events).values():
        cut = start(own, liked)
        later = {event.item_id for event in own[cut:]}
        # what is asked for must not be known by an earlier touch
        train += [event for event in own[:cut] if event.item_id not in later]
        late += own[cut:]
    train.sort(key=lambda event: (_time(event), event.user, event.item_id))
    given = _by_user(train)
    return Fold(tuple(train), given, _wanted(late, liked, given))


def _from_last_liked(own: Sequence[Interaction], liked: Liked) -> int:
    return max((at for at, event in enumerate(own) if liked(event)), default=len(own))


def _from_last_share(own: Sequence[Interaction], liked: Liked) -> int:
    del liked
    return len(own) - round(len(own) * HELD_SHARE)


def _wanted(
    events: Iterable[Interaction], liked: Liked, given: Mapping[str, tuple[Interaction, ...]]
) -> dict[str, frozenset[str]]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if liked(event) and event.user in given:
            wanted[event.user].add(event.item_id)
    return {user: frozenset(items) for user, items in sorted(wanted.items())}


def _by_user(events: Iterable[Interaction]) -> dict[str, tuple[Interaction, ...]]:
    by_user: dict[str, list[Interaction]] = defaultdict(list)
    for event in events:
        by_user[event.user].append(event)
    return {user: tuple(own) for user, own in by_user.items()}


def _pairs(events: Iterable[Interaction]) -> list[tuple[str, str]]:
    return sorted({(event.user, event.item_id) for event in events})


def _time(event: Interaction) -> float:
    return event.at_s if event.at_s is not None else 0.0
