"""What is said to be a must, or not wanted, but no field of the catalog tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.language.messages import Note
from agent.understand.tokens import flat

Spans = Sequence[tuple[int, int]]

_LINKS = "and|or|but|for|in|with|under|over|at|if|please|that|which|to|by|from|as|on"
_WORDS = rf"(?P<what>[a-z][a-z'-]+(?:\s+(?!(?:{_LINKS})\b)[a-z][a-z'-]+)?)"
_MUST = re.compile(
    rf"\b(?:must|has to|have to|needs? to)\s+(?:be|have)\s+(?:an?\s+|fully\s+|really\s+|completely\s+)?{_WORDS}"
    r"|(?:必须要?|(?<!不)一定要)(?:是|有|能|为)?(?P<zh>[\u4e00-\u9fff]{2,6}?)(?=的|$|[,.!?，。！？])"
)
# `no idea`, `no more than`: nothing is refused here.
_NO_NOUN = (
    "ideas?|problems?|matter|one|particular|preference|more|less|thanks?|need|worries|way|rush|hurry|later|earlier|doubt"
    "|offence|longer|other|such|clue|limit|reason|big|thing|point|use|fuss|sure|too|very|so|necessarily|only|just|the|my"
    "|an?|this|that|it|i|never|seen|heard|not|i've|i'm"
)
_AVOID = re.compile(
    r"\b(?:without|no|avoid(?:ing)?|free of|free from|allergic to|anything but|(?:nothing|not) (?:by|from|made of))\s+"
    rf"(?:any\s+|too much\s+)?(?!(?:{_NO_NOUN})\b){_WORDS}"
    r"|(?:不要|不含|没有|避免|不能有|别放)(?!紧|求|超)(?P<zh>[\u4e00-\u9fff]{1,4}?)(?=的|$|[,.!?，。！？]|和|也)"
)
_CAPITAL = re.compile(r"\s[A-Z][\w’']*\s+$")
_PARTICLES = "de|van|von|der|del|la|di"
# A name behind `by`; the case of its letters tells that it is one.
_BY = re.compile(
    rf"\b(?:[Bb]y|[Ss]tarring|[Ff]eaturing)\s+(?P<what>[A-Z][\w'’.-]*(?:\s+(?:(?:{_PARTICLES})\s+)*[A-Z][\w'’.-]*)*)"
    r"(?P<zh>)"
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that no field tells: `refused` when they are not wanted, else they are a must."""

    words: str
    start: int
    end: int
    refused: bool

    @property
    def note(self) -> Note:
        """What becomes of them, for the person."""
        return Note("untold refused" if self.refused else "untold must", words=self.words)


def unknown(text: str, taken: Spans) -> Iterator[Unknown]:
    """Musts and must-nots of a text outside of what was read already."""
    low, seen = flat(text), list(taken)
    for pattern, source, refused in ((_MUST, low, False), (_AVOID, low, True), (_BY, text, False)):
        for match in pattern.finditer(source):
            if pattern is _BY and _CAPITAL.search(text[: match.start()]):
                continue  # `Stand by Me` is a title
            start, end = match.span("what" if match["what"] else "zh")
            if not any(begin < match.end() and match.start() < stop for begin, stop in seen):
                seen.append(match.span())
                yield Unknown(text[start:end], match.start(), match.end(), refused)


__all__ = ["Unknown", "unknown"]
