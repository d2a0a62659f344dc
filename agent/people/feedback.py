"""People: what they say of items is kept, shown to them, handed over and forgotten."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.errors import RequestError
from agent.people.objections import Objection, named, objections
from agent.people.person_profile import Profile, profile_of
from agent.people.taste import out_note
from agent.understand import Vocabulary, clean
from agent.understand.validation import user_id
from retrieval.channels.lexical import LexicalIndex
from retrieval.interactions import KINDS, Interaction, InteractionKind, top_of_scale
from retrieval.once import once
from retrieval.snapshot import Rows, Snapshot
from retrieval.storage.workspace import Workspace
from retrieval.text.words import words

MAX_REASON_CHARS = 2_000
STARS = 5.0  # the highest rating, in a workspace where nobody has rated anything yet


@dataclass(frozen=True, slots=True)
class Feedback:
    """What became of one word on an item.

    Attributes:
        stored: Whether it was kept; not where the person has opted out.
        objections: What the reason names that is not wanted.
        note: What the person is to know; empty where all is as asked.
        value: The rating, of kind `rating`.
    """

    user: str
    item_id: str
    kind: InteractionKind
    reason: str | None
    stored: bool
    objections: tuple[str, ...] = ()
    note: str = ""
    value: float | None = None


@dataclass(frozen=True, eq=False)
class People:
    """What is known of people in one workspace, and of the catalog they speak about.

    Attributes:
        lexical: Which items hold which words, by row.
    """

    workspace: Workspace
    snapshot: Snapshot
    vocabulary: Vocabulary
    lexical: LexicalIndex

    def known(self, word: str) -> bool:
        """Whether the catalog knows a word: by its texts, or by what its pictures show."""
        return self.lexical.frequency(word) > 0 or word in self._shown

    def holding(self, objected: Sequence[Objection]) -> Rows:
        """The items that hold all words of something that is objected to, or whose pictures show it, ascending."""
        n = len(self.snapshot.items)
        found = np.zeros(n, dtype=bool)
        for one in objected:
            there = np.ones(n, dtype=bool)
            for word in words(one.words):
                shown = np.isin(np.arange(n), self._shown.get(word, []))
                there &= shown | (self.lexical.scores([word]) > 0)
            found |= there
        return np.flatnonzero(found)

    @once
    def _shown(self) -> Mapping[str, Sequence[int]]:
        """By word the items whose pictures show it."""
        found: dict[str, list[int]] = {}
        for row, item in enumerate(self.snapshot.items):
            spans = (span for one in item.descriptions for span in one.spans if span.kind in ("label", "colour"))
            for word in dict.fromkeys(word for span in spans for word in words(span.text)):
                found.setdefault(word, []).append(row)
        return found

    def feedback(self, user: str, item_id: str, kind: str, reason: str = "", value: float | None = None) -> Feedback:
        """Keep what a person says of an item; it counts from the next request on.

        Args:
            value: Of kind `rating`, and of no other: from 0 to the top of the scale that ratings are given on here,
                which is 5 where nobody has rated anything.

        Raises:
            RequestError: no such item or kind, a reason that is too long, a rating that is missing or outside of its
                scale, or no usable name.
        """
        who, what = user_id(user), _kind(kind)
        top = self._scale(what, value)
        if item_id not in self.snapshot.rows:
            raise RequestError(f"There is no item {item_id!r}.", "Give the id of an item of the catalog.")
        why = _reason(reason)
        store = self.workspace.store
        if store.opted_out(who):
            return Feedback(who, item_id, what, why, stored=False, note=out_note(who), value=value)
        if top is not None:
            store.rate_up_to(top)
        store.put_interactions([Interaction(who, item_id, what, value, time.time(), why)])
        against = named(why, self.vocabulary, self.known) if why and what in ("dislike", "hide") else ()
        return Feedback(who, item_id, what, why, stored=True, objections=against, value=value)

    def withdraw(self, user: str, item_id: str, kind: str) -> int:
        """Take back what a person said of an item, as if it had not been said; also where the item is gone by now.

        Returns:
            How many events there were of this kind.

        Raises:
            RequestError: no such kind, or no usable name.
        """
        return self.workspace.store.withdraw(user_id(user), item_id, _kind(kind))

    def _scale(self, kind: InteractionKind, value: float | None) -> float | None:
        """The top of the scale that a rating is given on; None for all other kinds."""
        if kind != "rating":
            if value is not None:
                raise RequestError(
                    f"The value {value:g} is given with the kind {kind!r}.", "Give a value with the kind rating alone."
                )
            return None
        highest = self.workspace.store.highest_rating()
        top = STARS if highest is None else top_of_scale(highest)
        if value is None or not math.isfinite(value) or not 0 <= value <= top:
            given = "has no value" if value is None else f"of {value:g} is outside of the scale"
            raise RequestError(f"The rating {given}.", f"Give a value from 0 to {top:g}.")
        return top

    def objections(self, user: str, request: str = "") -> tuple[Objection, ...]:
        """What a person's reasons name that is not wanted; nothing where they opted out.

        Args:
            request: What they ask for now: what it names is wanted after all.
        """
        store = self.workspace.store
        if store.opted_out(user):
            return ()
        asked = set(words(request))
        found = objections(store.interactions(user), self.vocabulary, self.known)
        return tuple(one for one in found if not asked.intersection(words(one.words)))

    def profile(self, user: str) -> Profile:
        """What is known of a person; an empty profile for somebody unknown.

        Raises:
            RequestError: no usable name.
        """
        who, store = user_id(user), self.workspace.store
        events = list(store.interactions(who))
        against = objections(events, self.vocabulary, self.known)
        highest = store.highest_rating()
        return profile_of(who, events, self.snapshot, highest, against, opted_out=store.opted_out(who))


def _kind(kind: str) -> InteractionKind:
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        raise RequestError(f"There is no feedback of the kind {kind!r}.", f"Kinds are {', '.join(KINDS)}.")
    return known


def _reason(reason: str) -> str | None:
    text = clean(reason)
    if len(text) > MAX_REASON_CHARS:
        raise RequestError(
            f"The reason has {len(text):,} characters; {MAX_REASON_CHARS:,} is the most.", "Say it in a sentence."
        )
    return text or None
