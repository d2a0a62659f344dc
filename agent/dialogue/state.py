"""What is known after a turn: all that a conversation remembers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from pydantic import TypeAdapter

from agent.answers import MustHave, Question, Relaxation
from agent.understand.axes import Direction
from agent.understand.conflicts import exclusive
from agent.understand.kinds import Kind
from agent.understand.parsed import Denied, SortOrder
from agent.understand.roles import SharedBudget
from retrieval.filters import NEGATIVE, Filter, parse_filter
from retrieval.schema import Schema

_UPPER, _LOWER = ("<", "<="), (">", ">=")


@dataclass(frozen=True, slots=True)
class WishText:
    """Words that are searched: as they were said, in English where known, and whether their language is sure."""

    text: str
    english: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Bound:
    """Criticism that no field's filter says: more or less of a measure than something shown has.

    Attributes:
        measure: Name of a measure, see `agent.understand.measures`.
        value: What the items shown next are beyond.
        words: What the person said.
        strict: Whether nothing on the wrong side may be shown, even where little else is left.
    """

    measure: str
    op: Direction
    value: float
    words: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class SoughtRole:
    """One of several things that are sought together.

    Attributes:
        words: The person's words for it.
        kind: Those of them that name a kind of thing; empty where none do.
        quantity: How many of it.
        request: What is known of it alone, as of a request for nothing else; `last` are the items shown for it.
        chosen: The item of the set that was proposed.
        stays: Whether that item is to stay in the set.
    """

    words: str
    kind: str
    quantity: int
    request: State
    chosen: str | None = None
    stays: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What a conversation knows.

    Attributes:
        kind: The kind of thing that is sought, where one was named.
        wishes: What is searched for, the oldest first.
        language: Of the latest wish.
        must_haves: What every item shown must meet.
        bounds: Criticism that no filter says.
        liked: Items to be like, by id.
        disliked: Items not to be like.
        against: Words to move away from.
        occasion: What it is for.
        images: The pictures that are part of the request.
        picture: The pictures sent last, whether or not they still are.
        sound: The recording in which nothing is said that is part of the request.
        denied: What no item shown may hold.
        order: What the list is sorted by.
        roles: The things asked for, where they are several; what is said of all of them stands in each as well.
        budget: What they may cost together.
        owned: Items that the person has, or has seen; they are not shown.
        barred: Items not to be shown again in this request: others were asked for.
        shown: All items shown, the oldest first.
        last: The list shown last, in its order.
        focus: The item last spoken of.
        pair: The two items last spoken of together.
        candidates: What the last list was chosen from, best first; no prompt ever holds it.
        relaxations: What the last answer offered to give up.
        question: What the last answer asked.
        asked: Fields that were asked about since the request began.
    """

    kind: Kind | None = None
    wishes: tuple[WishText, ...] = ()
    language: str = "en"
    must_haves: tuple[MustHave, ...] = ()
    bounds: tuple[Bound, ...] = ()
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    occasion: str | None = None
    images: tuple[str, ...] = ()
    picture: tuple[str, ...] = ()
    sound: str | None = None
    denied: tuple[Denied, ...] = ()
    order: SortOrder | None = None
    roles: tuple[SoughtRole, ...] = ()
    budget: SharedBudget | None = None
    owned: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    focus: str | None = None
    pair: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    question: Question | None = None
    asked: tuple[str, ...] = ()

    def anew(self) -> State:
        """The state of somebody who asks for something else: what is theirs stays, what was of the old request goes."""
        # What was shown can still be pointed at; an allergy holds for whatever is asked next.
        return State(
            language=self.language,
            picture=self.picture,
            denied=tuple(denial for denial in self.denied if denial.lasting),
            owned=self.owned,
            shown=self.shown,
            last=self.last,
            focus=self.focus,
            pair=self.pair,
        )

    def with_must_haves(self, new: Sequence[MustHave], schema: Schema) -> State:
        """With must-haves added; one takes the place of those that it tightens, widens or contradicts."""
        standing = list(self.must_haves)
        for added in new:
            condition = parse_filter(added.filter, schema)
            # The latest word counts: `under 100` widens `under 50`, `over 60` contradicts it, and both take its place.
            standing = [old for old in standing if not _replaced(parse_filter(old.filter, schema), condition)]
            standing.append(added)
        return replace(self, must_haves=tuple(standing))

    def without(self, filters: Sequence[str]) -> State:
        """Without these must-haves, given in canonical form."""
        standing = (must_have for must_have in self.must_haves if must_have.filter not in filters)
        return replace(self, must_haves=tuple(standing))


def _replaced(old: Filter, new: Filter) -> bool:
    """Whether an earlier condition has no more to say once the later one is there."""
    if old.field != new.field:
        return False
    # Two upper bounds, or two lower ones, are one wish put differently.
    same_side = any(old.op in side and new.op in side for side in (_UPPER, _LOWER))
    return str(old) == str(new) or same_side or exclusive(old, new) or _both_choose(old, new)


def _both_choose(old: Filter, new: Filter) -> bool:
    """Whether both name what a field with one value must be."""
    chosen = ("=", "in", "..")
    return old.op in chosen and new.op in chosen and not {old.op, new.op} & NEGATIVE


@cache
def state_codec() -> TypeAdapter[State]:
    """States as JSON and back."""
    return TypeAdapter(State)


__all__ = ["Bound", "SoughtRole", "State", "WishText", "state_codec"]
