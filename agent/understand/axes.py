"""Axes: what items are measured on, and the adjectives that ask for more or less of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from agent.language.patterns import data, patterns

Direction = Literal["<", ">"]

_FILE = "axes.yaml"
_DEGREES = patterns("agent.understand", "degrees", _FILE)
ENGLISH, CHINESE = _DEGREES.only("en"), _DEGREES.only("zh")


@dataclass(frozen=True, slots=True)
class Axis:
    """Something that is measured of items.

    Attributes:
        roles: Of the fields that measure it.
        sides: What asks for more of it and for less.
        adjectives: Plain adjectives of much of it and of little.
        comparatives: Words that compare by it.
    """

    name: str
    roles: tuple[str, ...]
    sides: Mapping[Direction, re.Pattern[str]]
    adjectives: Mapping[Direction, tuple[str, ...]]
    comparatives: Mapping[Direction, tuple[str, ...]]


@cache
def axes() -> Mapping[str, Axis]:
    """All axes by name, read once."""
    return {name: _axis(name, entry) for name, entry in data("agent.understand", _FILE)["axes"].items()}


def _axis(name: str, entry: Mapping[str, Any]) -> Axis:
    _check_keys(name, entry, "roles", "more", "less")
    more, less = entry["more"], entry["less"]
    for side in (more, less):
        _check_keys(name, side, "adjectives", "comparatives")
    sides: dict[Direction, re.Pattern[str]] = {">": _side(more, less), "<": _side(less, more)}
    adjectives: dict[Direction, tuple[str, ...]] = {">": tuple(more["adjectives"]), "<": tuple(less["adjectives"])}
    comparatives: dict[Direction, tuple[str, ...]] = {
        ">": tuple(more["comparatives"]),
        "<": tuple(less["comparatives"]),
    }
    return Axis(name, tuple(entry["roles"]), sides, adjectives, comparatives)


def _check_keys(axis: str, entry: Mapping[str, Any], *keys: str) -> None:
    if lacking := [key for key in keys if key not in entry]:
        raise ValueError(
            f"{_FILE}: the axis {axis!r} lacks {' and '.join(lacking)}. An empty list says that it has none."
        )


def _side(same: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> re.Pattern[str]:
    """What asks for more of what `same` says: `more bright`, `brighter`, `too dark`, `less dark`, `亮一点`, `太暗`."""
    a_bit, a_bit_zh = ENGLISH["a bit"], CHINESE["a bit"]
    ways = [
        _any(ENGLISH["less"], other["adjectives"], r"\b"),
        _any(ENGLISH["more"], same["adjectives"], r"\b"),
        _any(a_bit, [word for word in same["comparatives"] if word.isascii()], r"\b"),
        _any_zh(CHINESE["less"], other["adjectives"], f"(?:{CHINESE['particle']})?"),
        _any_zh(CHINESE["more"], same["adjectives"], f"{a_bit_zh}?"),
        _any_zh("", same["adjectives"], a_bit_zh),
        _any_zh("", same["comparatives"], ""),
    ]
    return re.compile("|".join(way for way in ways if way))


def _any(before: str, words: list[str], after: str) -> str:
    # The longest first, since the first alternative that fits is taken.
    latin = sorted((re.escape(word) for word in words if word.isascii()), key=len, reverse=True)
    return rf"(?<![a-z]){before}(?:{'|'.join(latin)}){after}" if latin else ""


def _any_zh(before: str, words: list[str], after: str) -> str:
    wide = sorted((word for word in words if not word.isascii()), key=len, reverse=True)
    return f"{before}(?:{'|'.join(wide)}){after}" if wide else ""
