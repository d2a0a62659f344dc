"""The words that make a value a must-have or a must-not.

`A red chair` is a wish; `in red`, `only red`, `made of oak`, `by Monet`, `no leather` say plainly what must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.language.patterns import data, patterns

Polarity = Literal["must", "not"]
ANY: tuple[str, ...] = ()

WINDOW = 40  # characters before a value in which its mark stands

_ROOM = "agent.understand.conditions"
_WORDS = patterns(_ROOM, "polarity")

NOT = re.compile(rf"(?:{_WORDS['refusal before']}|(?:!=|≠|<>)\s*)$")
NOT_AFTER = re.compile(_WORDS["refusal behind"])
_NO_REFUSAL = re.compile(rf"(?:{_WORDS['no refusal']})[\w\s]*$")
PERMITTED = re.compile(_WORDS["permitted"])
STILL_WANTED = re.compile(rf"[^。！？.!?]{{0,6}}(?:{_WORDS['still wanted']})")


@dataclass(frozen=True, slots=True)
class PolarityMark:
    """Words before or behind a value that make it a must-have.

    Attributes:
        pattern: The words; they end at the value where they stand before it, and begin there else.
        roles: What the value's field must be about; empty for any.
    """

    pattern: re.Pattern[str]
    roles: tuple[str, ...] = ANY


def _marks(side: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Words and roles of the marks on a side of the value, one language after the other."""
    marks = patterns(_ROOM, side)
    for name, roles in data(_ROOM)[side].items():
        for language in marks.by_language:
            if words := marks.only(language)[name]:
                yield words, tuple(roles)


BEFORE = tuple(PolarityMark(re.compile(rf"(?:{words})$"), roles) for words, roles in _marks("must before"))
AFTER = tuple(PolarityMark(re.compile(rf"(?:{words})"), roles) for words, roles in _marks("must behind"))
_NEGATED = re.compile(_WORDS["negated"])
SAID = re.compile(rf"\s*(?:{_WORDS['said']})\s*(?:{_WORDS['article']})?")
NAMED = re.compile(rf"\s*(?:{_WORDS['named']})*\s*(?:{_WORDS['article']})?")
JOIN = re.compile(rf"\s*(?:,|、|/|{_WORDS['join']})\s*(?:(?:{_WORDS['after join']})\s+){{0,2}}")
ALL_OF = re.compile(_WORDS["all of"])


def refused(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a value at `start` to `end` is refused: the stretch from the mark to the end of the value."""
    left = text[max(0, start - WINDOW) : start]
    # `Not only red`, `why not red` hold a word of refusal and refuse nothing.
    match = NOT.search(left)
    if match and not _NO_REFUSAL.search(left):
        return max(0, start - WINDOW) + match.start(), end
    after = NOT_AFTER.match(text, end)
    return (start, after.end()) if after else None


def demanded(text: str, start: int, end: int) -> Iterator[tuple[int, int, Sequence[str]]]:
    """Marks that make a value a must-have: their stretch with the value's, and the roles they are for."""
    begin = max(0, start - WINDOW)
    for mark in BEFORE:
        match = mark.pattern.search(text[begin:start])
        # A demand behind a negation is none.
        if match and not _NEGATED.search(text[begin : begin + match.start()]):
            yield begin + match.start(), end, mark.roles
    for mark in AFTER:
        match = mark.pattern.match(text, end)
        if match:
            yield start, match.end(), mark.roles


__all__ = ["ALL_OF", "ANY", "JOIN", "NAMED", "PERMITTED", "SAID", "STILL_WANTED", "WINDOW", "demanded", "refused"]
