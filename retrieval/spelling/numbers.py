"""Numbers as cells hold them: `1,5 kg`, `ca. 1950`, `27"`, `15%`, `4.5/5`, `1 h 30 min`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.schema import Decimal
from retrieval.spelling.decimals import DIGITS, decimal_shown, is_number, is_open, number_of
from retrieval.spelling.grammar import folded, one_of, plain, words
from retrieval.spelling.units import SpelledUnit, converted, unit_named

LONGEST = 60  # characters of a number with all that belongs to it
_BARE = re.compile(rf"([+-]?)({DIGITS})")
_EXPONENT = re.compile(
    r"([+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+)(?:e[+-]?|E[+-])[0-9]{1,3}|[+-]?[0-9]*\.[0-9]*[eE][0-9]{1,3}"
)
_SCALE = re.compile(rf"({DIGITS})\s*(?:/|out of|von|sur|de)\s*(5|10|100)")
# A unit is what follows the digits up to the next ones; the last part alone may have none.
_UNIT = r"(?:[^\W\d_][^0-9+]*?|[%\"″”'°$€£¥₹₽₩₺฿₫₪₴₱¢℃][^0-9+]*?)"
_PART = re.compile(rf"\s*({DIGITS})(?:\s*-?\s*({_UNIT}))?\.?\s*(?=[0-9]|$)")
_WHOLE = re.compile(rf"([+-]?)\s*((?:{DIGITS}\s*-?\s*{_UNIT}\.?\s*){{1,3}}|{DIGITS})")
_BEFORE = re.compile(rf"([+-]?)\s*([^\W\d_]{{0,3}}[$€£¥₹₽₩₺฿₫₪₴₱]|[^\W\d_]{{2,3}}\.?)\s*({DIGITS})")
_DECADE = re.compile(r"([12][0-9]{2}0)['’]?s")


@dataclass(frozen=True, slots=True)
class SpelledNumber:
    """A number of a cell, its digits not yet read.

    Attributes:
        parts: Digits and unit, several where they are summed: `1 h 30 min`.
        negative: Whether a minus stands before it.
        exact: What it is worth, where no custom of its column can change that.
        about: Whether it is said to be near the truth only.
    """

    parts: tuple[tuple[str, SpelledUnit | None], ...]
    negative: bool = False
    exact: float | None = None
    about: bool = False

    @property
    def unit(self) -> SpelledUnit | None:
        """Its unit, the smallest of its parts."""
        return min((unit for _, unit in self.parts if unit), key=lambda unit: unit.worth, default=None)

    @property
    def shown(self) -> Decimal | None:
        """The decimal mark that it shows."""
        marks = [decimal_shown(digits) for digits, _ in self.parts]
        return next((mark for mark in marks if mark), None)

    @property
    def open(self) -> bool:
        """Whether it reads either way."""
        return any(is_open(digits) for digits, _ in self.parts)

    def value(self, decimal: Decimal | None, unit: SpelledUnit | None) -> float:
        """What it is worth by the customs of its column.

        Raises:
            ValueError: its unit measures something else, or its digits are no number.
        """
        if self.exact is not None:
            return self.exact
        numbers = [_in_unit(number_of(digits, decimal or "point"), own, unit) for digits, own in self.parts]
        total = numbers[0] if len(numbers) == 1 else float(f"{sum(numbers):.12g}")
        return -total if self.negative else total


def figure(text: str) -> SpelledNumber | None:
    """The number that a cell is, with all that stands around it; None where it is something else."""
    if len(text) > LONGEST or not any(char.isdigit() for char in text):
        return None
    flat = plain(text)
    if bare := _BARE.fullmatch(flat):
        return _checked(SpelledNumber(((bare[2], None),), negative=bare[1] == "-"))
    if _EXPONENT.fullmatch(flat):
        return SpelledNumber((), exact=float(flat))
    rest, about = _without_about(flat)
    return _decade(rest) or _scaled(rest) or _measured(rest, about)


def _decade(text: str) -> SpelledNumber | None:
    decade = _DECADE.fullmatch(text)
    return SpelledNumber(((decade[1], None),), about=True) if decade else None


def _scaled(text: str) -> SpelledNumber | None:
    scale = _SCALE.fullmatch(text.casefold())
    return _checked(SpelledNumber(((scale[1], unit_named(f"/{scale[2]}")),))) if scale else None


def _measured(text: str, about: bool) -> SpelledNumber | None:
    low = folded(text)
    if before := _BEFORE.fullmatch(low):
        unit = unit_named(before[2].removesuffix("."))
        return (
            _checked(SpelledNumber(((before[3], unit),), before[1] == "-", about=about))
            if unit and unit.is_money
            else None
        )
    if whole := _WHOLE.fullmatch(low):
        parts = [(part[1], part[2]) for part in _PART.finditer(low, whole.start(2))]
        named = [(digits, unit_named(spelling) if spelling else None) for digits, spelling in parts]
        if all(unit or not spelling for (_, unit), (_, spelling) in zip(named, parts, strict=True)):
            return _checked(SpelledNumber(tuple(named), whole[1] == "-", about=about))
    return None


def _checked(number: SpelledNumber) -> SpelledNumber | None:
    dimensions = {unit.dimension if unit else None for _, unit in number.parts}
    readable = all(is_number(digits) for digits, _ in number.parts)
    return number if readable and len(dimensions) == 1 else None


def _in_unit(value: float, own: SpelledUnit | None, unit: SpelledUnit | None) -> float:
    if own is None:
        return value
    if unit is None:
        raise ValueError(own.name)
    return converted(value, own, unit)


def _without_about(text: str) -> tuple[str, bool]:
    match = _about().match(text)
    return (text[match.end() :], True) if match else (text, False)


@cache
def _about() -> re.Pattern[str]:
    signs: Sequence[str] = [word for word in words("about") if not word[0].isalpha() or not word.isascii()]
    spelled = [word for word in words("about") if word not in signs]
    return re.compile(rf"(?:(?:{one_of(spelled)})\.?(?=[\s0-9])|{one_of(signs)})\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What a column needs to know of a number in a cell."""

    unit: SpelledUnit | None
    shown: Decimal | None
    open: bool
    fraction: bool
    about: bool


def facts_of(number: SpelledNumber) -> NumberFacts:
    """What its column needs to know of it."""
    return NumberFacts(number.unit, number.shown, number.open, _is_fraction(number), number.about)


def _is_fraction(number: SpelledNumber) -> bool:
    """Whether it is no whole number, whichever custom its column has."""
    if number.exact is not None:
        return not number.exact.is_integer()
    return not number.open and not number.value(None, number.unit).is_integer()
