"""Axes: what items are measured on, and the adjectives that ask for more or less of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Direction = Literal["<", ">"]


A_BIT = r"(?:(?:a\s+)?(?:bit|little|lot|touch)\s+|slightly\s+|much\s+|somewhat\s+|far\s+|even\s+|way\s+)?"
LESS = (
    rf"(?:{A_BIT}less|(?:not|n't)\s+(?:so|as|that|quite\s+so)|fewer|not another|no more|(?:{A_BIT}too"
    rf"|overly)(?:\s+(?:many|much))?)\s+(?:very\s+)?"
)
MORE = rf"{A_BIT}more\s+"
LESS_ZH = r"(?:太|没那么|没有那么|不要那么|不要太|不那么|别那么|别太|过于|少点|少一点)"
MORE_ZH = r"(?:更加?|再)"
A_BIT_ZH = r"(?:一点儿?|一些|点儿?|些)"


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


def _axis(name: str, entry: Mapping[str, Any]) -> Axis:
    more, less = entry["more"], entry["less"]
    sides: dict[Direction, re.Pattern[str]] = {">": _side(more, less), "<": _side(less, more)}
    return Axis(name, tuple(entry["roles"]), sides, {">": tuple(more["adjectives"]), "<": tuple(less["adjectives"])})


def _side(same: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> re.Pattern[str]:
    """What asks for more of what `same` says: `more bright`, `brighter`, `too dark`, `less dark`, `亮一点`, `太暗`."""
    ways = [_any(LESS, other["adjectives"], r"\b"), _any(MORE, same["adjectives"], r"\b")]
    ways += [_any(A_BIT, [one for one in same["comparatives"] if one.isascii()], r"\b")]
    ways += [
        _any_zh(rf"{LESS_ZH}", other["adjectives"], r"(?:了)?"),
        _any_zh(MORE_ZH, same["adjectives"], f"{A_BIT_ZH}?"),
    ]
    ways += [_any_zh("", same["adjectives"], A_BIT_ZH), _any_zh("", same["comparatives"], "")]
    return re.compile("|".join(way for way in ways if way))


def _any(before: str, words: list[str], after: str) -> str:
    latin = sorted((re.escape(one) for one in words if one.isascii()), key=len, reverse=True)
    return rf"(?<![a-z]){before}(?:{'|'.join(latin)}){after}" if latin else ""


def _any_zh(before: str, words: list[str], after: str) -> str:
    wide = sorted((one for one in words if not one.isascii()), key=len, reverse=True)
    return f"{before}(?:{'|'.join(wide)}){after}" if wide else ""
