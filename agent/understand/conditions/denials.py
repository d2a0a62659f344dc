"""How far a denial reaches: `I don't want to spend more than 100` denies what is more than 100.

A denial governs its clause through whatever verbs stand between, unless something else is denied there. Words of
indifference (`I don't mind more than 100`) make that nothing is asked at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from agent.language.patterns import patterns_in
from agent.understand.conditions.comparators import Direction
from agent.understand.conditions.phrases import compiled
from agent.understand.languages import COMMON, Languages
from agent.understand.vocabulary import SchemaMention

REACH = 90  # characters of a clause before a number that are looked at

_ROOM, _READER = "agent.understand.conditions", "denials"


@dataclass(frozen=True, slots=True)
class Governing:
    """Words that turn a comparison round (`denied`) or make it ask for nothing (`waived`), and where they stand."""

    does: Literal["denied", "waived"]
    start: int
    end: int


class DenialReader:
    """Finds what governs the comparisons of texts in some languages."""

    def __init__(self, languages: Languages) -> None:
        words = patterns_in(_ROOM, _READER, languages)
        self._boundary = compiled("|".join(part for part in (r"[,;!?。！？，；]|\.\s", words["boundary"]) if part))
        self._waived = compiled(words["waived"])
        self._permitted = compiled(words["permitted"])
        self._denied = compiled(words["denied"])
        self._stopped = compiled(words["stop"])
        self._light = compiled("|".join(part for part in (r"[\s'’]", words["light"]) if part), behind="*")
        self._question = compiled(words["question"])
        self._closely = compiled(words["closely"])
        self._denied_behind = compiled(words["denied behind"])
        self._permitted_behind = compiled(words["permitted behind"])

    def governing(
        self, text: str, start: int, end: int, direction: Direction, mentions: Sequence[SchemaMention]
    ) -> Governing | None:
        """What governs the comparison that stands at `start` to `end` of a flat text.

        Args:
            mentions: Of values and fields in the text.
        """
        begin = self._clause(text, start)
        clause = text[begin:start]
        waived = self._waived.search(clause) or (direction != "<=" and self._permitted.search(clause))
        # `Not willing to pay more` permits nothing.
        if waived and not self._denied.search(clause[: waived.start()]):
            return Governing("waived", begin + waived.start(), end)
        if direction in (">", ">=") and (behind := self._permitted_behind.match(text, end)):
            return Governing("waived", start, behind.end())
        denied = [] if self._question.search(text, begin) else list(self._denied.finditer(clause))
        if denied and self._reaches(text, begin + denied[-1].end(), start, denied[-1][0], direction, mentions):
            return Governing("denied", begin + denied[-1].start(), end)
        if behind := self._denied_behind.match(text, end):
            return Governing("denied", start, behind.end())
        return None

    def _clause(self, text: str, start: int) -> int:
        """Where the clause of a comparison begins."""
        begin = max(0, start - REACH)
        boundaries = [match.end() for match in self._boundary.finditer(text, begin, start)]
        return max(boundaries, default=begin)

    def _reaches(
        self, text: str, begin: int, end: int, denial: str, direction: Direction, mentions: Sequence[SchemaMention]
    ) -> bool:
        """Whether a denial reaches from where it ends to a comparison."""
        between = text[begin:end]
        if self._stopped.search(between):
            return False  # `not too heavy, under 50`
        for mention in mentions:
            if begin <= mention.start and mention.end <= end:
                if not is_kind(mention):
                    return False  # `no leather under 50`: the leather is denied
                between = between.replace(text[mention.start : mention.end], " ", 1)
        # Limits are nearly always upper ones: what is denied of `more` is the limit, of `less` only plainly.
        if direction in (">", ">=") and not self._closely.fullmatch(denial):
            return True
        return self._light.fullmatch(between) is not None


def is_kind(mention: SchemaMention) -> bool:
    """Whether words name a kind of thing, of which to deny all would leave nothing, or a field."""
    return not mention.meanings or any(
        meaning.field.about == "kind" and meaning.field.field.type == "category" for meaning in mention.meanings
    )


@cache
def denial_reader(languages: Languages = COMMON) -> DenialReader:
    """The reader for these languages, made once."""
    return DenialReader(languages)


__all__ = ["DenialReader", "Governing", "denial_reader", "is_kind"]
