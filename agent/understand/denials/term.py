"""What a person refuses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeniedTerm:
    """One thing that a person refuses.

    Attributes:
        term: Its plain name: of a concept or diet of the taxonomy where it has one, else the person's word.
        words: The person's words for it, without the cue.
        start: Where it begins in the text, in characters: at the cue, or where the term before it in a list ended.
        end: Where it ends.
        lasting: Whether it is said of the person for good (`allergic to`), not of this request alone.
        demanded: Whether the words name what is wanted (`vegan`, `for kids`), so that they are a wish as well.
    """

    term: str
    words: str
    start: int
    end: int
    lasting: bool = False
    demanded: bool = False


__all__ = ["DeniedTerm"]
