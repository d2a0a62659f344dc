"""People: what they say of items is kept, shown to them, handed over and forgotten."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.errors import RequestError
from agent.people.objections import Aversions, Objection, objected_words, objections
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

    def knows(self, word: str) -> bool:
        """Whether the catalog knows a word: by its texts, or by what its pictures show."""
        return self.lexical.frequency(word) > 0 or word in self._shown

    def rows_holding(self, objected: Sequence[Objection]) -> Rows:
        """The items that hold all words of something that is objected to, or whose pictures show it, ascending."""
        n_items = len(self.snapshot.items)
        unwanted = np.zeros(n_items, dtype=bool)
        for objection in objected:
            # All of its words: `horror comedy` objects to no comedy that frightens nobody.
            holds_all = np.ones(n_items, dtype=bool)
            for word in words(objection.words):
                is_shown = np.isin(np.arange(n_items), self._shown.get(word, []))
                holds_all &= is_shown | (self.lexical.scores([word]) > 0)
            unwanted |= holds_all
        return np.flatnonzero(unwanted)

    @once
    def _shown(self) -> Mapping[str, Sequence[int]]:
        """By word the items whose pictures show it."""
        rows: dict[str, list[int]] = {}
        for row, item in enumerate(self.snapshot.items):
            all_spans = (span for description in item.descriptions for span in description.spans)
            # Print and speech are texts of the item, which the lexical index holds.
            spans = [span for span in all_spans if span.kind in ("label", "colour")]
            for word in dict.fromkeys(word for span in spans for word in words(span.text)):
                rows.setdefault(word, []).append(row)
        return rows

    def feedback(self, user: str, item_id: str, kind: str, reason: str = "", value: float | None = None) -> Feedback:
        """Keep what a person says of an item; it counts from the next request on.

        Args:
            value: Of kind `rating`, and of no other: from 0 to the top of the scale that ratings are given on here,
                which is 5 where nobody has rated anything.

        Raises:
            RequestError: no such item or kind, a reason that is too long, a rating that is missing or outside of its
                scale, or no usable name.
        """
        user, known_kind = user_id(user), _kind(kind)
        top = self._scale(known_kind, value)
        if item_id not in self.snapshot.rows:
            raise RequestError(f"There is no item {item_id!r}.", "Give the id of an item of the catalog.")
        text = _reason(reason)
        store = self.workspace.store
        if store.opted_out(user):
            return Feedback(user, item_id, known_kind, text, stored=False, note=out_note(user), value=value)
        if top is not None:  # a first rating of 3 is one of 5, though nobody has given a 5 yet
            store.rate_up_to(top)
        store.put_interactions([Interaction(user, item_id, known_kind, value, time.time(), text)])
        turned_against = known_kind in ("dislike", "hide")
        objected = objected_words(text, self.vocabulary, self.knows) if text and turned_against else ()
        return Feedback(user, item_id, known_kind, text, stored=True, objections=objected, value=value)

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
            fault = "has no value" if value is None else f"of {value:g} is outside of the scale"
            raise RequestError(f"The rating {fault}.", f"Give a value from 0 to {top:g}.")
        return top

    def aversions(self, user: str, request: str = "") -> Aversions:
        """What a person's reasons name that is not wanted, with the items that hold it.

        Args:
            request: As in `objections`.
        """
        objected = self.objections(user, request)
        return Aversions(objected, self.rows_holding(objected))

    def objections(self, user: str, request: str = "") -> tuple[Objection, ...]:
        """What a person's reasons name that is not wanted; nothing where they opted out.

        Args:
            request: What they ask for now: what it names is wanted after all.
        """
        store = self.workspace.store
        if store.opted_out(user):
            return ()
        wanted = set(words(request))
        past = objections(store.interactions(user), self.vocabulary, self.knows)
        return tuple(objection for objection in past if not wanted.intersection(words(objection.words)))

    def profile(self, user: str) -> Profile:
        """What is known of a person; an empty profile for somebody unknown.

        Raises:
            RequestError: no usable name.
        """
        person, store = user_id(user), self.workspace.store
        events = list(store.interactions(person))
        objected = objections(events, self.vocabulary, self.knows)
        highest = store.highest_rating()
        return profile_of(person, events, self.snapshot, highest, objected, opted_out=store.opted_out(person))


def _kind(kind: str) -> InteractionKind:
    known_kind = next((known for known in KINDS if known == kind), None)
    if known_kind is None:
        raise RequestError(f"There is no feedback of the kind {kind!r}.", f"Kinds are {', '.join(KINDS)}.")
    return known_kind


def _reason(reason: str) -> str | None:
    text = clean(reason)
    if len(text) > MAX_REASON_CHARS:
        raise RequestError(
            f"The reason has {len(text):,} characters; {MAX_REASON_CHARS:,} is the most.", "Say it in a sentence."
        )
    return text or None
