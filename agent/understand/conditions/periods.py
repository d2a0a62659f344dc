"""Decades and centuries as years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from agent.language.patterns import Patterns, patterns, patterns_in
from agent.understand.conditions.amounts import chinese_number
from agent.understand.conditions.phrases import NEVER, compiled, flattened
from agent.understand.languages import COMMON, Languages
from agent.understand.tokens import flat

LATEST = 2_100  # year

_ROOM, _READER = "agent.understand.conditions", "periods"
_WORDS = patterns(_ROOM, _READER)
_DECADE_WORDS = {
    word: 1900 + 10 * number for number, word in enumerate(_WORDS.only("en").alternatives("decades"), start=2)
}
_DECADE = re.compile(rf"{_WORDS['decade']}|{_WORDS['decade in words']}")
_ROMAN = {"i": 1, "v": 5, "x": 10}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of years, both ends in it, and where it stands."""

    first: int
    last: int
    start: int
    end: int


def periods(flat_text: str, languages: Languages = COMMON) -> list[Period]:
    """All decades and centuries of a flat text. The 19th century is 1801 to 1900, the 1920s are 1920 to 1929.

    Neighbours that are said in one breath (`the 80s or 90s`, `from the 20s to the 50s`) are one.
    """
    reader, joined = _reader(languages), list[Period]()
    likely = (period for period in reader.read(flat_text) if period.first <= LATEST)
    for period in sorted(likely, key=lambda period: period.start):
        last = joined[-1] if joined else None
        if last and last.last < period.first and reader.joint.fullmatch(flat_text, last.end, period.start):
            joined[-1] = Period(last.first, period.last, last.start, period.end)
        else:
            joined.append(period)
    return joined


class _PeriodReader:
    """Reads the periods of texts in some languages."""

    def __init__(self, languages: Languages) -> None:
        words = patterns_in(_ROOM, _READER, languages)
        self.joint = re.compile(_joint(words))
        self._centuries = [pattern for language in languages for pattern in _centuries(words.only(language))]
        self._plain = compiled("|".join(words.alternatives("plain decade")))
        self._own_age = compiled(words["own age"], behind=r"\s*$")
        self._ordinals = {flat(word): int(number) for word, number in words.table("ordinals").items()}

    def read(self, text: str) -> Iterator[Period]:
        """Every period by itself."""
        for pattern in self._centuries:
            for match in pattern.finditer(text):
                first = self._number(match["first"])
                last = self._number(match["second"]) if match["second"] else first
                if 0 < first <= last:
                    yield Period(100 * first - 99, 100 * last, match.start(), match.end())
        for match in _DECADE.finditer(text):
            if not self._own_age.search(text[: match.start()]):  # `in her thirties`
                yield _decade_period(_decade(match), bool(match[1]), *match.span())
        for match in self._plain.finditer(text):
            digits = next(group for group in match.groups() if group)
            yield _decade_period(_year_of(int(digits)), len(digits) == 4, *match.span())

    def _number(self, ordinal: str) -> int:
        """The number of a century, however it is written: `19th`, `nineteenth`, `xix`, `十九`."""
        digits = re.match(r"[0-9]+", ordinal)
        if digits:
            return int(digits[0])
        if ordinal in self._ordinals:
            return self._ordinals[ordinal]
        roman = re.match("[ivx]+", ordinal)
        return _roman(roman[0]) if roman else int(chinese_number(ordinal))


@cache
def _reader(languages: Languages) -> _PeriodReader:
    return _PeriodReader(languages)


def _centuries(words: Patterns) -> Iterator[re.Pattern[str]]:
    """Patterns of one or two centuries that share the word: `the 15th to 17th century`, `siglos XV y XVI`."""
    ordinals = (flattened(words["ordinal"]), *(flat(word) for word in words.table("ordinals")))
    ordinal = "|".join(part for part in ordinals if part)
    before, behind = flattened(words["century before"]), flattened(words["century behind"])
    first, joint = rf"(?P<first>{ordinal})", _joint(words)
    if behind:
        yield re.compile(rf"(?<![0-9a-z]){first}(?:{joint}(?P<second>{ordinal}))?(?:{behind})")
    if before:
        second = rf"(?:{joint}(?:{before})?\s*(?P<second>{ordinal}))?"
        yield re.compile(rf"(?<![^\W_])(?:{before})\s*{first}{second}(?![^\W_])")


def _joint(words: Patterns) -> str:
    """What stands between two periods that are said in one breath."""
    join, the, part = (flattened(words[name]) or NEVER for name in ("join", "the", "part"))
    return rf"\s*(?:,|/|-|–|{join})\s*(?:{the})*(?:{part})?"


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


def _decade_period(first: int, written_out: bool, start: int, end: int) -> Period:
    # `The 1900s` are a century; `the 2000s` are a decade, as people use it.
    length = 100 if first % 100 == 0 and written_out and first < 2000 else 10
    return Period(first, first + length - 1, start, end)


def _year_of(number: int) -> int:
    """The year that the last digits of one stand for."""
    return number if number > 99 else number + (2000 if number < 30 else 1900)


def _decade(match: re.Match[str]) -> int:
    """The first year of a decade, however it is written: `twenties`, `1920s`, `20s`, `20世纪20年代`."""
    if match[7]:
        return _DECADE_WORDS[match[7]]
    plain = match[1] or match[6]
    if plain:
        return _year_of(int(plain))
    century = 20 if match[4] else int(match[2] or 0) or int(chinese_number(match[3]))
    decade = match[5]
    return 100 * (century - 1) + (int(decade) if decade.isdecimal() else int(chinese_number(decade)))


__all__ = ["Period", "periods"]
