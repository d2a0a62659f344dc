"""What is said to be a must, or not wanted, but no field of the catalog tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from agent.language.messages import Note
from agent.language.patterns import patterns_in
from agent.understand.conditions.phrases import NEVER, compiled
from agent.understand.languages import COMMON, Languages
from agent.understand.spans import Span, is_free
from agent.understand.tokens import flat

_ROOM, _READER = "agent.understand.conditions", "unknown"
_CAPITAL = re.compile(r"\s[A-Z][\w’']*\s+$")
_NAME = r"[A-Z][\w'’.-]*"


@dataclass(frozen=True, slots=True)
class UnknownTerm:
    """Words that no field tells: `refused` when they are not wanted, else they are a must."""

    words: str
    start: int
    end: int
    refused: bool

    @property
    def note(self) -> Note:
        """What becomes of them, for the person."""
        return Note("untold refused" if self.refused else "untold must", words=self.words)


class _TermPhrases:
    """What stands around musts and must-nots in some languages."""

    def __init__(self, languages: Languages) -> None:
        words = patterns_in(_ROOM, _READER, languages)
        parts = [words.only(language) for language in languages]
        self.must = [compiled(part["must"]) for part in parts if part["must"]]
        self.avoid = [compiled(part["avoid"]) for part in parts if part["avoid"]]
        # A name behind `by`; the case of its letters tells that it is one.
        self.by = re.compile(
            rf"\b(?:{words['by'] or NEVER})\s+(?P<what>{_NAME}(?:\s+(?:(?:{words['particles'] or NEVER})\s+)*{_NAME})*)"
        )


@cache
def _phrases(languages: Languages) -> _TermPhrases:
    return _TermPhrases(languages)


def unknown_terms(text: str, taken: Sequence[Span], languages: Languages = COMMON) -> Iterator[UnknownTerm]:
    """Musts and must-nots of a text outside of what was read already."""
    low, seen, phrases = flat(text), list(taken), _phrases(languages)
    # Names are looked for in the text as it was written: only their capitals tell that they are names.
    sought = (
        *((pattern, low, False) for pattern in phrases.must),
        *((pattern, low, True) for pattern in phrases.avoid),
        (phrases.by, text, False),
    )
    for pattern, source, refused in sought:
        for match in pattern.finditer(source):
            if pattern is phrases.by and _CAPITAL.search(text[: match.start()]):
                continue  # `Stand by Me` is a title
            if is_free(*match.span(), seen):
                seen.append(match.span())
                yield UnknownTerm(text[slice(*match.span("what"))], match.start(), match.end(), refused)


__all__ = ["UnknownTerm", "unknown_terms"]
