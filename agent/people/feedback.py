"""People: what they say of items is kept, shown to them, handed over and forgotten."""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agent.errors import RequestError, WorkspaceError
from agent.people.objections import Objection, named, objections
from agent.people.person_profile import Profile, profile_of
from agent.serialise import plain
from agent.understand import Vocabulary, clean
from agent.understand.validation import out_note, user_id
from retrieval.channels.lexical import LexicalIndex
from retrieval.evaluation.kept import FOLDER
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


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased of one person.

    Attributes:
        rows: By table of the database how many rows.
        evaluation: Whether kept figures of evaluations were erased, since single people stand in them.
    """

    user: str
    rows: Mapping[str, int]
    evaluation: bool


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


def export(profile: Profile, workspace: Workspace) -> dict[str, Any]:
    """Everything that is known of a person, as one JSON document."""
    vectors = {name: [round(float(x), 6) for x in rows[0]] for name, rows in profile.vectors.items()}
    rows = workspace.store.rows_of(profile.user)
    talks = _conversations(rows.pop("turns", []))
    return {**profile_json(profile), "vectors": vectors, "conversations": talks, "rows": rows}


def _conversations(turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Conversations with their turns in order: of each what was said, what was shown, and what was known after it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(turns, key=lambda row: int(row["number"])):
        found.setdefault(row["conversation"], []).append({"number": row["number"], **json.loads(row["body"])})
    return [{"id": id_, "turns": of_one} for id_, of_one in sorted(found.items())]


def profile_json(profile: Profile) -> dict[str, Any]:
    """A profile without its vectors, as plain JSON values."""
    names = ("user", "opted_out", "n_events", "text", "likes", "avoids", "objections")
    return {name: plain(getattr(profile, name)) for name in (*names, "liked", "disliked", "saved", "hidden")}


def forget(user: str, workspace: Workspace) -> Forgotten:
    """Erase every trace of a person from a workspace's files; all others keep theirs.

    Rows and reasons go from every table, from backups that migrations made and from the log; what was learned from
    everybody goes too, and is learned anew without them. The vector index holds ids and vectors of items alone, and
    what its library left of the process's memory in its files is overwritten. That they had opted out is forgotten as
    well.

    Raises:
        RequestError: no usable name.
        WorkspaceError: a file cannot be written; what is left is erased when it is asked again.
    """
    who = user_id(user)
    rows = workspace.store.delete_user(who)
    workspace.wipe_index()
    folder = workspace.path / FOLDER
    return Forgotten(who, rows, evaluation=_removed(folder))


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


def _removed(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise WorkspaceError(
            f"{error.filename} cannot be erased ({error.strerror}).", "Give yourself the right to, and ask again."
        ) from error
    return True
