"""The words that make a value a must-have or a must-not.

`A red chair` is a wish; `in red`, `only red`, `made of oak`, `by Monet`, `no leather` say plainly what must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from agent.language.patterns import data, patterns_in
from agent.understand.conditions.phrases import NEVER, compiled, flattened
from agent.understand.languages import COMMON, Languages

Polarity = Literal["must", "not"]
ANY: tuple[str, ...] = ()

WINDOW = 60  # characters before a value in which its mark stands

_ROOM = "agent.understand.conditions"


@dataclass(frozen=True, slots=True)
class PolarityMark:
    """Words before or behind a value that make it a must-have.

    Attributes:
        pattern: The words; they end at the value where they stand before it, and begin there else.
        roles: What the value's field must be about; empty for any.
    """

    pattern: re.Pattern[str]
    roles: tuple[str, ...] = ANY


class PolarityReader:
    """Tells what is said of values in some languages.

    Attributes:
        permitted: What is said behind a value that would do, as in `red is fine`.
        still_wanted: What is said behind a value that is wanted in spite of a refusal before it.
        said: What stands between a field's name and its value where it is said to have it.
        named: The same where it is only named.
        joint: What joins values that are said in one breath.
        all_of: Those of them that ask for all.
        of: What stands between a value and the name of its field behind it.
    """

    def __init__(self, languages: Languages) -> None:
        words = patterns_in(_ROOM, "polarity", languages)
        article = words["article"] or NEVER
        self.permitted = compiled(words["permitted"])
        self.still_wanted = compiled(words["still wanted"], before=r"[^。！？.!?]{0,6}")
        self.said = compiled(words["said"], before=r"\s*", behind=rf"\s*(?:{flattened(article)})?")
        self.named = compiled(words["named"], before=r"\s*", behind=rf"*\s*(?:{flattened(article)})?")
        joints = "|".join(part for part in (",|、|/", words["join"]) if part)
        after = flattened(words["after join"]) or NEVER
        self.joint = compiled(joints, before=r"\s*", behind=rf"\s*(?:(?:{after})\s+){{0,2}}")
        self.all_of = compiled(words["all of"])
        self.of = compiled(patterns_in(_ROOM, "values", languages)["of"])
        signs = r"(?:!=|≠|<>)\s*"
        self._refusal = compiled("|".join(part for part in (words["refusal before"], signs) if part), behind="$")
        self._refusal_behind = compiled(words["refusal behind"])
        self._no_refusal = compiled(words["no refusal"], behind=r"[\w\s]*$")
        self._negated = compiled(words["negated"])
        self._before = tuple(_marks("must before", languages, behind="$"))
        self._behind = tuple(_marks("must behind", languages))

    def refused(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Where a value at `start` to `end` is refused: the stretch from the mark to the end of the value."""
        begin = max(0, start - WINDOW)
        left = text[begin:start]
        # `Not only red`, `why not red` hold a word of refusal and refuse nothing.
        match = self._refusal.search(left)
        if match and not self._no_refusal.search(left):
            return begin + match.start(), end
        behind = self._refusal_behind.match(text, end)
        return (start, behind.end()) if behind else None

    def demanded(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, Sequence[str]]]:
        """Marks that make a value a must-have: their stretch with the value's, and the roles they are for."""
        begin = max(0, start - WINDOW)
        for mark in self._before:
            match = mark.pattern.search(text[begin:start])
            # A demand behind a negation is none.
            if match and not self._negated.search(text[begin : begin + match.start()]):
                yield begin + match.start(), end, mark.roles
        for mark in self._behind:
            match = mark.pattern.match(text, end)
            if match:
                yield start, match.end(), mark.roles


@cache
def polarity_reader(languages: Languages = COMMON) -> PolarityReader:
    """The reader for these languages, made once."""
    return PolarityReader(languages)


def _marks(side: str, languages: Languages, behind: str = "") -> Iterator[PolarityMark]:
    """The marks on a side of the value, one language after the other."""
    marks = patterns_in(_ROOM, side, languages)
    for name, roles in data(_ROOM)[side].items():
        for language in marks.by_language:
            if words := marks.only(language)[name]:
                yield PolarityMark(compiled(words, behind=behind), tuple(roles))


__all__ = ["ANY", "WINDOW", "PolarityMark", "PolarityReader", "polarity_reader"]
