"""What reading a part of a sentence gives: what was wrong in it, and what of the sentence is left to be read."""

from __future__ import annotations

from dataclasses import dataclass

BREAK = " ; "  # in the place of what was proven: the words around it are no neighbours


@dataclass(frozen=True, slots=True)
class PartRead:
    """The outcome of one reader.

    Attributes:
        rest: The sentence without what was proven.
        objections: What may not be said, and why.
        tells: Whether something that was proven tells of the item.
    """

    rest: str
    objections: tuple[str, ...] = ()
    tells: bool = False


def without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with a break in the place of each span."""
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + BREAK + text[end:]
    return text
