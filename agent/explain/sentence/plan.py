"""The plan of a sentence: which wishes an item meets and by what, which it misses, and how it differs from others."""

from __future__ import annotations

from dataclasses import dataclass

from agent.answers import Evidence


@dataclass(frozen=True, slots=True)
class Point:
    """Something that is told of an item.

    Attributes:
        text: A fragment of a sentence.
        evidence: What it rests on; never empty.
        wishes: The person's words that it answers.
        place: Where it stands among others; what comes first is told first.
        fixed: Whether it is to come last, as what is said of the price does.
        shown: Whether a card has it beside its title.
        head: What its text begins with, where another point that begins so may be joined to it: `with … and …`.
        role: Of the field whose value it tells; empty for a stretch of text.
        leans: Whether it says something of what stands before it, as `by …` and `from …` do.
        whole: Whether it is a sentence of the item.
        clause: Whether that has a verb of its own.
    """

    text: str
    evidence: tuple[Evidence, ...]
    wishes: frozenset[str] = frozenset()
    place: int = 3
    fixed: bool = False
    shown: bool = False
    leans: bool = False
    whole: bool = False
    clause: bool = False
    head: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Miss:
    """A wish that an item does not meet, or of which its data does not tell.

    Attributes:
        kind: The name of its phrase.
        wish: The person's words.
        other: What the item has in its place.
        text: What of the item says so.
    """

    kind: str
    wish: str
    evidence: tuple[Evidence, ...]
    other: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class SentencePart:
    """What a part of a sentence rests on.

    Attributes:
        wishes: The person's words that it answers.
    """

    evidence: tuple[Evidence, ...]
    wishes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a sentence begins with where no words say what is sought.

    Attributes:
        name: Of its phrase.
        values: What is filled in, by name.
    """

    name: str
    evidence: tuple[Evidence, ...]
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SentencePlan:
    """What may be told of an item.

    Attributes:
        met: What answers the wishes, the most telling first.
        missed: What is to be admitted.
        nature: What the item is, for one that answers no wish.
        further: How it differs from the others of its list, then what else is known of it.
        opening: Where the request has no words.
        company: That people who chose an item that the words name chose this one.
        bare: Whether the item has no text, and its values are all that can be told.
    """

    met: tuple[Point, ...] = ()
    missed: tuple[Miss, ...] = ()
    nature: Point | None = None
    further: tuple[Point, ...] = ()
    opening: Opening | None = None
    company: Opening | None = None
    bare: bool = False


__all__ = ["Miss", "Opening", "Point", "SentencePart", "SentencePlan"]
