"""What is said to be a must, or not wanted, but no field of the catalog tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.language.messages import Note
from agent.language.patterns import patterns
from agent.understand.spans import Span, is_free
from agent.understand.tokens import flat

_PATTERNS = patterns("agent.understand.conditions", "unknown")
_MUST = re.compile(_PATTERNS["must"])
_AVOID = re.compile(_PATTERNS["avoid"])
_CAPITAL = re.compile(r"\s[A-Z][\w’']*\s+$")
_NAME = r"[A-Z][\w'’.-]*"
# A name behind `by`; the case of its letters tells that it is one.
_BY = re.compile(
    rf"\b(?:{_PATTERNS['by']})\s+(?P<what>{_NAME}(?:\s+(?:(?:{_PATTERNS['particles']})\s+)*{_NAME})*)(?P<zh>)"
)


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


def unknown_terms(text: str, taken: Sequence[Span]) -> Iterator[UnknownTerm]:
    """Musts and must-nots of a text outside of what was read already."""
    low, seen = flat(text), list(taken)
    # Names are looked for in the text as it was written: only their capitals tell that they are names.
    for pattern, source, refused in ((_MUST, low, False), (_AVOID, low, True), (_BY, text, False)):
        for match in pattern.finditer(source):
            if pattern is _BY and _CAPITAL.search(text[: match.start()]):
                continue  # `Stand by Me` is a title
            start, end = match.span("what" if match["what"] else "zh")
            if is_free(*match.span(), seen):
                seen.append(match.span())
                yield UnknownTerm(text[start:end], match.start(), match.end(), refused)


__all__ = ["UnknownTerm", "unknown_terms"]
