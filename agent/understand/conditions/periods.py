"""Decades and centuries as years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.language.patterns import patterns
from agent.understand.conditions.amounts import chinese_number

LATEST = 2_100  # year

_WORDS = patterns("agent.understand.conditions", "periods")
_ENGLISH = _WORDS.only("en")
_ORDINALS = {word: number for number, word in enumerate(_ENGLISH.alternatives("ordinals"), start=13)}
_DECADE_WORDS = {word: 1900 + 10 * number for number, word in enumerate(_ENGLISH.alternatives("decades"), start=2)}
_CENTURY = re.compile(_WORDS["century"])
_DECADE = re.compile(rf"{_WORDS['decade']}|{_WORDS['decade in words']}")
_JOIN = re.compile(rf"\s*(?:,|/|-|{_WORDS['join']})\s*(?:{_WORDS['the']})?(?:{_WORDS['part']})?")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of years, both ends in it, and where it stands."""

    first: int
    last: int
    start: int
    end: int


def periods(flat_text: str) -> list[Period]:
    """All decades and centuries of a flat text. The 19th century is 1801 to 1900, the 1920s are 1920 to 1929.

    Neighbours that are said in one breath (`the 80s or 90s`) are one.
    """
    joined = list[Period]()
    likely = (period for period in _periods(flat_text) if period.first <= LATEST)
    for period in sorted(likely, key=lambda period: period.start):
        last = joined[-1] if joined else None
        if last and last.last + 1 == period.first and _JOIN.fullmatch(flat_text, last.end, period.start):
            joined[-1] = Period(last.first, period.last, last.start, period.end)
        else:
            joined.append(period)
    return joined


def _periods(flat_text: str) -> Iterator[Period]:
    for match in _CENTURY.finditer(flat_text):
        number = int(match[1] or match[3] or 0) or _ORDINALS.get(match[2] or "") or int(chinese_number(match[4] or ""))
        yield Period(100 * number - 99, 100 * number, match.start(), match.end())
    for match in _DECADE.finditer(flat_text):
        first = _decade(match)
        # `The 1900s` are a century; `the 2000s` are a decade, as people use it.
        length = 100 if first % 100 == 0 and match[1] and first < 2000 else 10
        yield Period(first, first + length - 1, match.start(), match.end())


def _decade(match: re.Match[str]) -> int:
    """The first year of a decade, however it is written: `twenties`, `1920s`, `20s`, `20世纪20年代`."""
    if match[7]:
        return _DECADE_WORDS[match[7]]
    plain = match[1] or match[6]
    if plain:
        year = int(plain)
        return year if year > 99 else year + (2000 if year < 30 else 1900)
    century = 20 if match[4] else int(match[2] or 0) or int(chinese_number(match[3]))
    decade = match[5]
    return 100 * (century - 1) + (int(decade) if decade.isdecimal() else int(chinese_number(decade)))


__all__ = ["Period", "periods"]
