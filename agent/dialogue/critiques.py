"""Criticism of what was shown: `cheaper`, `too dark`, `less abstract`, `更亮一点`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from agent.dialogue.state import Direction
from agent.understand.tokens import flat

_SMALL = r"(?:(?:a\s+)?(?:bit|little|lot|touch)\s+|slightly\s+|much\s+|somewhat\s+|far\s+|even\s+|way\s+)?"
_LESS = (
    rf"(?:{_SMALL}less|(?:not|n't)\s+(?:so|as|that|quite\s+so)|fewer|not another|no more|(?:{_SMALL}too"
    rf"|overly)(?:\s+(?:many|much))?)\s+(?:very\s+)?"
)
_MORE = rf"{_SMALL}more\s+"
_LESS_ZH = r"(?:太|没那么|没有那么|不要那么|不要太|不那么|别那么|别太|过于|少点|少一点)"
_MORE_ZH = r"(?:更加?|再)"
_BIT_ZH = r"(?:一点儿?|一些|点儿?|些)"
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


@dataclass(frozen=True, slots=True)
class Axis:
    """Something that is measured of items.

    Attributes:
        roles: Of the fields that measure it.
        sides: What asks for more of it and for less.
        adjectives: Plain adjectives of much of it and of little.
    """

    name: str
    roles: tuple[str, ...]
    sides: Mapping[Direction, re.Pattern[str]]
    adjectives: Mapping[Direction, tuple[str, ...]]


@cache
def axes() -> Mapping[str, Axis]:
    """All axes by name, read once."""
    content = yaml.safe_load((files("agent.understand") / "axes.yaml").read_text(encoding="utf-8"))
    return {name: _axis(name, entry) for name, entry in content["axes"].items()}


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
    patterns: tuple[tuple[re.Pattern[str], Direction], ...] = ((_quality(_LESS, _LESS_ZH), "<"), (_more_quality(), ">"))
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
    return re.compile(rf"\b{_MORE}{_OTHER}{_QUALITY}|{_MORE_ZH}{zh}(?:{_BIT_ZH}|(?=$|[，。,.!！]|的))")


def _axis(name: str, entry: Mapping[str, Any]) -> Axis:
    more, less = entry["more"], entry["less"]
    sides: dict[Direction, re.Pattern[str]] = {">": _side(more, less), "<": _side(less, more)}
    return Axis(name, tuple(entry["roles"]), sides, {">": tuple(more["adjectives"]), "<": tuple(less["adjectives"])})


def _side(same: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> re.Pattern[str]:
    """What asks for more of what `same` says: `more bright`, `brighter`, `too dark`, `less dark`, `亮一点`, `太暗`."""
    ways = [_any(_LESS, other["adjectives"], r"\b"), _any(_MORE, same["adjectives"], r"\b")]
    ways += [_any(_SMALL, [one for one in same["comparatives"] if one.isascii()], r"\b")]
    ways += [
        _any_zh(rf"{_LESS_ZH}", other["adjectives"], r"(?:了)?"),
        _any_zh(_MORE_ZH, same["adjectives"], f"{_BIT_ZH}?"),
    ]
    ways += [_any_zh("", same["adjectives"], _BIT_ZH), _any_zh("", same["comparatives"], "")]
    return re.compile("|".join(way for way in ways if way))


def _any(before: str, words: list[str], after: str) -> str:
    latin = sorted((re.escape(one) for one in words if one.isascii()), key=len, reverse=True)
    return rf"(?<![a-z]){before}(?:{'|'.join(latin)}){after}" if latin else ""


def _any_zh(before: str, words: list[str], after: str) -> str:
    wide = sorted((one for one in words if not one.isascii()), key=len, reverse=True)
    return f"{before}(?:{'|'.join(wide)}){after}" if wide else ""


__all__ = ["Axis", "Critique", "axes", "compared", "critiques"]
