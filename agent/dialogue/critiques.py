"""Criticism of what was shown: `cheaper`, `too dark`, `less abstract`, `更亮一点`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from agent.language.patterns import patterns
from agent.understand.axes import CHINESE, ENGLISH, Axis, Direction, axes
from agent.understand.spans import is_free, spans_of
from agent.understand.tokens import flat

_WORDS = patterns("agent.dialogue", "critiques")
_EN, _ZH = _WORDS.only("en"), _WORDS.only("zh")
_QUALITY = (
    rf"(?!\s*(?:{_EN['no quality']}))(?P<quality>{_EN['quality']})"
    rf"(?=\s*(?:$|[,.;:!?，。；！？、]|{_WORDS.words('behind quality')}))"
)
_QUALITY_ZH = rf"(?P<quality_zh>{_ZH['quality']})"
_LESS = re.compile(
    rf"\b{ENGLISH['less']}{_QUALITY}|{CHINESE['less']}{_QUALITY_ZH}(?=$|[，。,.!！]|{_ZH['behind less']})"
)
_MORE = re.compile(
    rf"\b{ENGLISH['more']}{_QUALITY}"
    rf"|{CHINESE['more']}{_QUALITY_ZH}(?:{CHINESE['a bit']}|(?=$|[，。,.!！]|{_ZH['behind more']}))"
)
_THAN = re.compile(rf"\s*(?:{_WORDS['than']})")


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
    # Axes go before qualities: `more expensive` is of the price, not of a quality called `expensive`.
    low, collected = flat(text), list[Critique]()
    for critique in (*_on_axes(low, measured), *_of_qualities(low)):
        if is_free(critique.start, critique.end, spans_of(collected)):
            collected.append(critique)
    return sorted(collected, key=lambda critique: critique.start)


def compared(words: str, op: Direction, measured: Collection[str]) -> str | None:
    """The axis that a comparison with something shown speaks of, as `bigger than the second` does of size."""
    low = flat(words)
    for axis in _first(measured):
        adjectives = axis.adjectives[op]
        if axis.sides[op].search(low) or any(adjective in low for adjective in adjectives if not adjective.isascii()):
            return axis.name
    return None


def _first(measured: Collection[str]) -> list[Axis]:
    """All axes, those that the items are measured on before the others."""
    return sorted(axes().values(), key=lambda axis: axis.name not in measured)


def _on_axes(low: str, measured: Collection[str]) -> Iterator[Critique]:
    for axis in _first(measured):
        for op, pattern in axis.sides.items():
            for match in pattern.finditer(low):
                # `Cheaper than 50` and `cheaper than the first` are read as a bound and a comparison.
                if not _THAN.match(low[match.end() :]):
                    yield Critique(axis.name, "", op, match[0].strip(), match.start(), match.end())


def _of_qualities(low: str) -> Iterator[Critique]:
    ways: tuple[tuple[re.Pattern[str], Direction], ...] = ((_LESS, "<"), (_MORE, ">"))
    for pattern, op in ways:
        for match in pattern.finditer(low):
            quality = match["quality"] or match["quality_zh"]
            yield Critique("", quality.strip(), op, match[0].strip(), match.start(), match.end())


__all__ = ["Critique", "compared", "critiques"]
