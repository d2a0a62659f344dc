"""Criticism of what was shown: `cheaper`, `too dark`, `less abstract`, `更亮一点`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from agent.understand.axes import CHINESE, ENGLISH, Axis, Direction, axes
from agent.understand.tokens import flat

# What follows is compared with by itself (`than 50`), is said of an item (`like the first`) or is no quality.
_OTHER = r"(?!\s*(?:than\b|like\b|of\b|or\b|please\b|one\b|ones\b|items?\b|then\b|about\b))"
_STOP = (
    r"(?=\s*(?:$|[,.;:!?，。；！？、]|\b(?:and|but|please|than|for|with|in|one|ones|this|that|now|then|or)\b"
    r"|了|的|吧))"
)
_QUALITY = (
    rf"(?P<quality>(?!(?:much|many|expensive|less|more|of|is|are|than|like|please|it|the|a"
    rf"|an)\b)[a-z][a-z'-]*(?:\s+(?!and\b|but\b|please\b|than\b|for\b|with\b|in\b|ones?\b)[a-z][a-z'-]*)?){_STOP}"
)
_QUALITY_ZH = r"(?P<quality>[\u4e00-\u9fff]{2,4}?)"


@dataclass(frozen=True, slots=True)
class Critique:
    """One thing that what is shown next has more or less of.

    Attributes:
        axis: What is measured; empty for a quality that only words tell.
        quality: The words of the quality; empty for an axis.
        op: `>` for more of it.
        words: What the person said.
        start: Where that begins in the text, in characters.
        end: Where it ends.
    """

    axis: str
    quality: str
    op: Direction
    words: str
    start: int
    end: int


def critiques(text: str, measured: Collection[str]) -> list[Critique]:
    """All criticism in a text, from left to right; none overlap.

    Args:
        measured: Axes that the catalog's items can be measured on: `lighter` is of weight only where something weighs.
    """
    low, found = flat(text), list[Critique]()
    for one in (*_on_axes(low, measured), *_of_qualities(low)):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def compared(words: str, op: Direction, measured: Collection[str]) -> str | None:
    """The axis that a comparison with something shown speaks of, as `bigger than the second` does of size."""
    low = flat(words)
    for axis in _first(measured):
        adjectives = axis.adjectives[op]
        if axis.sides[op].search(low) or any(one in low for one in adjectives if not one.isascii()):
            return axis.name
    return None


def _first(measured: Collection[str]) -> list[Axis]:
    return sorted(axes().values(), key=lambda axis: axis.name not in measured)


def _on_axes(low: str, measured: Collection[str]) -> Iterator[Critique]:
    for axis in _first(measured):
        for op, pattern in axis.sides.items():
            for match in pattern.finditer(low):
                if not re.match(r"\s*than\b", low[match.end() :]):
                    yield Critique(axis.name, "", op, match[0].strip(), match.start(), match.end())


def _of_qualities(low: str) -> Iterator[Critique]:
    patterns: tuple[tuple[re.Pattern[str], Direction], ...] = (
        (_quality(ENGLISH["less"], CHINESE["less"]), "<"),
        (_more_quality(), ">"),
    )
    for pattern, op in patterns:
        for match in pattern.finditer(low):
            quality = match["quality"] or match["quality_zh"]
            yield Critique("", quality.strip(), op, match[0].strip(), match.start(), match.end())


@cache
def _quality(english: str, chinese: str) -> re.Pattern[str]:
    zh = _QUALITY_ZH.replace("quality", "quality_zh")
    return re.compile(rf"\b{english}{_OTHER}{_QUALITY}|{chinese}{zh}(?=$|[，。,.!！]|了|的)")


@cache
def _more_quality() -> re.Pattern[str]:
    zh = _QUALITY_ZH.replace("quality", "quality_zh")
    return re.compile(
        rf"\b{ENGLISH['more']}{_OTHER}{_QUALITY}|{CHINESE['more']}{zh}(?:{CHINESE['a bit']}|(?=$|[，。,.!！]|的))"
    )


__all__ = ["Critique", "compared", "critiques"]
