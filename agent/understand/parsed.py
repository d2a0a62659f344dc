"""What a turn's words were read as: must-haves, references, mood, and how sure each reading is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from agent.language.messages import Note
from retrieval.filters import Filter

SURE = 0.7  # a reading below this stays a wish: a must-have is taken only from plain words

ReferenceKind = Literal["like", "unlike", "compare"]
Target = int | Literal["last", "picture"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One condition that the words may state.

    Attributes:
        filter: The condition, valid for the catalog's schema.
        words: The person's words for it.
        start: Where they begin in the text that was read, in characters.
        end: Where they end.
        sure: How plainly they say so, in [0, 1].
    """

    filter: Filter
    words: str
    start: int
    end: int
    sure: float


@dataclass(frozen=True, slots=True)
class Reference:
    """Something shown before that the words point at; a conversation knows which item it is.

    Attributes:
        target: Its number in the list last shown, from 1 (-1 is the last one, 0 that in the middle); `last` for what
            was last spoken of; `picture` for the picture of this turn or the last one sent.
        kind: Whether it is to be like it, unlike it, or compared with it.
        words: The person's words.
        field: The field that is compared, if the catalog has it.
        op: `<` or `>` where it is compared.
    """

    target: Target
    kind: ReferenceKind
    words: str
    field: str | None = None
    op: Literal["<", ">"] | None = None


@dataclass(frozen=True, slots=True)
class Sentiment:
    """What the person thinks of an item shown before: 1 likes it, -1 does not."""

    target: Target
    liking: Literal[-1, 1]
    words: str


@dataclass(frozen=True, slots=True)
class Denied:
    """Something that is not wanted.

    Attributes:
        words: The person's words for it.
        term: What is looked for in items, as the taxonomy calls it.
        lasting: Whether it is said of a person for good, as an allergy is, and outlives the request.
        beside: The must-have that it was said beside, whose place another may take: `Kurosawa, but no samurai`.
    """

    words: str
    term: str
    lasting: bool = False
    beside: str = ""


@dataclass(frozen=True, slots=True)
class SortOrder:
    """What a list is sorted by.

    Attributes:
        field: Of the catalog.
        direction: The least first, the most first, or those in the middle.
        words: What the person said.
        whole: Whether all of the catalog is meant, whatever was asked for before.
        place: Which of them is meant, from the first: 2 in `the second cheapest`.
    """

    field: str
    direction: Literal["asc", "desc", "mid"]
    words: str
    whole: bool = False
    place: int = 1


@dataclass(frozen=True, slots=True)
class ParsedText:
    """One text, read.

    Attributes:
        wishes: What is left to be searched for when must-haves and references are taken out.
        must: Readings that count, as sure as `SURE` at least.
        unsure: Readings that stay wishes.
        references: Things shown before that the words point at.
        sentiments: What the person thinks of them.
        avoid: What is not wanted but no field of the catalog tells.
        occasion: What it is for, in the person's words.
        notes: What could not be taken as it was said, in sentences for the person.
        denied: What no item shown may hold.
        order: What the list is to be sorted by.
    """

    wishes: str
    must: tuple[Reading, ...] = ()
    unsure: tuple[Reading, ...] = ()
    references: tuple[Reference, ...] = ()
    sentiments: tuple[Sentiment, ...] = ()
    avoid: tuple[str, ...] = ()
    occasion: str | None = None
    notes: tuple[Note, ...] = field(default=())
    denied: tuple[Denied, ...] = ()
    order: SortOrder | None = None


__all__ = ["SURE", "Denied", "ParsedText", "Reading", "Reference", "ReferenceKind", "Sentiment", "SortOrder", "Target"]
