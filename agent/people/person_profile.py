"""Profile: what is known of one person's taste, each line with what it rests on."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.language.patterns import patterns
from agent.people.objections import Objection
from agent.understand.validation import UserId
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.history import past_profile
from retrieval.encoding import Vectors
from retrieval.interactions import LIKED_SHARE, Interaction, InteractionKind, liking
from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.snapshot import Snapshot
from retrieval.text.words import fold

LIKED = liking("rating", LIKED_SHARE, 1.0)  # from this liking on something was liked, not only looked at
MIN_ITEMS = 2  # one item is no taste
LIFT = 1.5  # how many times as common among a person's items as in the catalog a value must be to say something
MAX_TRAITS = 6
_PLACED: frozenset[InteractionKind] = frozenset({"rating", "like", "dislike", "save", "hide"})

_UNKNOWN = frozenset({"", *patterns("agent.people", "person_profile").alternatives("unknown")})
_CODE = re.compile(r"[_+=@#|<>\\{}]|://")

Value = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """One item that a person judged, saved or hid.

    Attributes:
        title: None where the catalog does not hold the item.
        liking: How much it was liked, in [-1, 1].
        reason: Why, in their own words.
    """

    item_id: str
    title: str | None
    kind: InteractionKind
    liking: float
    reason: str | None
    at_s: float | None


@dataclass(frozen=True, slots=True)
class Trait:
    """A value that a person's items share more often than the catalog does.

    Attributes:
        field: That holds it; `picture` for what pictures show.
        value: The value, or the decade of a year.
        items: Ids of their items that have it.
        of: How many items were compared: all that were liked, or all that were not.
    """

    field: str
    value: str
    items: tuple[str, ...]
    of: int

    def __str__(self) -> str:
        return f"{self.value} ({len(self.items)} of {self.of})"


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is known of one person.

    Attributes:
        user: Who.
        opted_out: Whether none of this is used, and nothing more is kept.
        n_events: Everything they did, as far as it is known.
        liked: Items they liked, the latest last.
        disliked: Items they did not like or hid.
        saved: Items they put by, and have not turned against since.
        hidden: Items they never want to see again.
        likes: What the liked items have in common, the most telling first.
        avoids: What the others have in common.
        objections: What their reasons name.
        vectors: By dense channel the middle of what they did, as one unit vector, float32, shape (1, dim).
    """

    user: str
    opted_out: bool
    n_events: int
    liked: tuple[Mark, ...]
    disliked: tuple[Mark, ...]
    saved: tuple[Mark, ...]
    hidden: tuple[Mark, ...]
    likes: tuple[Trait, ...]
    avoids: tuple[Trait, ...]
    objections: tuple[Objection, ...]
    vectors: Mapping[str, Vectors] = field(repr=False)

    @property
    def text(self) -> str:
        """The taste in words: what is liked and what is avoided, with counts; empty where nothing can be told."""
        likes = ", ".join(map(str, self.likes))
        avoids = ", ".join([*(objection.words for objection in self.objections), *map(str, self.avoids)])
        parts = (("likes", likes), ("avoids", avoids))
        return "; ".join(f"{label}: {names}" for label, names in parts if names)


def profile_of(
    user: UserId,
    events: Sequence[Interaction],
    snapshot: Snapshot,
    highest: float | None,
    objected: tuple[Objection, ...],
    *,
    opted_out: bool,
) -> Profile:
    """What one person's events come to.

    Args:
        events: All of them, oldest first.
        highest: The highest rating that anybody gave.
        objected: What their reasons name.
    """
    # Likings as the channels count them: what a person is shown is what they are served by.
    behaviour = Behaviour.build(events, snapshot.rows, highest)
    rows, likes, _ = behaviour.of(user)
    weights = {snapshot.items[row].id: float(like) for row, like in zip(rows, likes, strict=True)}
    marks = _marks(events, weights, snapshot)
    saved_ids = {event.item_id for event in events if event.kind == "save"}
    liked = tuple(mark for mark in marks if mark.liking >= LIKED)
    disliked = tuple(mark for mark in marks if mark.liking < 0)
    return Profile(
        user=user,
        opted_out=opted_out,
        n_events=len(events),
        liked=liked,
        disliked=disliked,
        # A mark holds the latest judgment alone: that an item was saved before stands among the events.
        saved=tuple(mark for mark in marks if mark.item_id in saved_ids and mark.kind not in ("dislike", "hide")),
        hidden=tuple(mark for mark in marks if mark.kind == "hide"),
        likes=_traits(liked, disliked, snapshot),
        avoids=_traits(disliked, liked, snapshot),
        objections=objected,
        vectors=past_profile(behaviour, user, snapshot),
    )


def hidden_ids(events: Iterable[Interaction]) -> frozenset[str]:
    """Items that a person hid and has said nothing good or bad of since."""
    latest = {event.item_id: event.kind for event in events if event.kind in _PLACED}
    return frozenset(item_id for item_id, kind in latest.items() if kind == "hide")


def _marks(events: Iterable[Interaction], weights: Mapping[str, float], snapshot: Snapshot) -> list[Mark]:
    """The latest judgment of each item that was ever judged; its reason stays until another is given."""
    latest: dict[str, Mark] = {}
    for event in events:
        if event.kind not in _PLACED:
            continue
        row = snapshot.rows.get(event.item_id)
        earlier = latest.pop(event.item_id, None)  # so that the item stands where it was judged last
        reason = event.reason or (earlier.reason if earlier and earlier.kind == event.kind else None)
        title = None if row is None else snapshot.items[row].title
        weight = weights.get(event.item_id, 0.0)
        latest[event.item_id] = Mark(event.item_id, title, event.kind, weight, reason, event.at_s)
    return list(latest.values())


def _traits(own: Sequence[Mark], others: Sequence[Mark], snapshot: Snapshot) -> tuple[Trait, ...]:
    """What `own` items share, and neither the catalog nor the `others` do as much; the most telling first.

    A value counts by n * log(share among own / share in the catalog): many items, and a rare value, tell more.
    """
    shared = {value: ids for value, ids in _ids_by_value(own, snapshot).items() if len(ids) >= MIN_ITEMS}
    others_share = {value: len(ids) / len(others) for value, ids in _ids_by_value(others, snapshot).items()}
    in_catalog = _catalog_shares(shared, snapshot)
    own_share = {value: len(ids) / len(own) for value, ids in shared.items()}
    lifts = {value: own_share[value] / in_catalog[value] for value in shared}
    # What is as common among the others is no matter of taste: somebody who judged nothing but films likes no `film`.
    telling = [value for value in shared if lifts[value] >= LIFT and own_share[value] > others_share.get(value, 0.0)]
    telling.sort(key=lambda value: (-len(shared[value]) * math.log(lifts[value]), value))
    # Fields may say the same, as a genre and a keyword do; the most telling stays.
    distinct = {fold(text): (field_name, text) for field_name, text in reversed(telling)}
    traits = [value for value in telling if value in distinct.values()]
    return tuple(Trait(*value, tuple(shared[value]), len(own)) for value in traits[:MAX_TRAITS])


def _ids_by_value(marks: Iterable[Mark], snapshot: Snapshot) -> dict[Value, list[str]]:
    ids: dict[Value, list[str]] = {}
    for mark in marks:
        row = snapshot.rows.get(mark.item_id)
        for value in () if row is None else dict.fromkeys(_values(snapshot.items[row], snapshot.schema)):
            ids.setdefault(value, []).append(mark.item_id)
    return ids


def _catalog_shares(values: Iterable[Value], snapshot: Snapshot) -> Mapping[Value, float]:
    """Of each value the share of the catalog's items that have it."""
    sought = set(values)
    counts: Counter[Value] = Counter()
    for item in snapshot.items if sought else ():
        counts.update(sought.intersection(_values(item, snapshot.schema)))
    return {value: counts[value] / len(snapshot.items) for value in sought}


def _values(item: Item, schema: Schema) -> Iterator[Value]:
    """What can be said of an item in a word or two, by field."""
    for column in schema.fields.values():
        value = None if column.hidden or not column.filterable else item.value(column.name)
        if isinstance(value, str) and column.type == "category":
            value = (value,)
        if isinstance(value, tuple):
            yield from ((column.name, entry) for entry in value if _tells(entry))
        elif isinstance(value, int | float) and _is_year(column):
            yield column.name, f"{int(value) // 10 * 10}s"  # no two items need share a year to share a time
    for description in item.descriptions:
        for span in description.spans:
            if span.kind in ("label", "colour"):
                yield "picture", span.text


def _tells(value: str) -> bool:
    """Whether a value says something in words: not a code, and not that nothing is known."""
    return fold(value) not in _UNKNOWN and _CODE.search(value) is None


def _is_year(column: Field) -> bool:
    low, high = column.minimum, column.maximum
    return column.type == "integer" and low is not None and high is not None and low >= 1_000 and high <= 2_100
