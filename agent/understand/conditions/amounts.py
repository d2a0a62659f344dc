"""Numbers in a request, as digits or words, with their units and currencies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from agent.language.patterns import patterns
from agent.understand.lexicon import Unit, lexicon
from agent.understand.spans import is_free, spans_of
from retrieval.text.values import number_text

_WORDS = patterns("agent.understand.conditions", "amounts")
_ENGLISH, _CHINESE = _WORDS.only("en"), _WORDS.only("zh")
_NUMBERS: Mapping[str, int] = _ENGLISH.table("numbers")
_FRACTIONS: Mapping[str, float] = _ENGLISH.table("fractions")
_NUMERALS: Mapping[str, int] = _CHINESE.table("digits")
_POWERS: Mapping[str, int] = _CHINESE.table("powers")
_FREE = r"(?<![a-z0-9.])(?<![0-9],)"
_DIGITS = (
    rf"{_FREE}[0-9]{{1,3}}(?:[, ][0-9]{{3}})+(?:\.[0-9]+)?(?![0-9])"
    rf"|{_FREE}[0-9]{{1,12}}(?:\.[0-9]+|,[0-9]{{1,2}}(?![0-9]))?"
)
_THOUSANDS = rf"(?:\s?(?P<times>{_WORDS['times behind']}))?"
_NUMBER = re.compile(
    rf"(?:(?P<digits>{_DIGITS}){_THOUSANDS})|(?P<spelled>{_ENGLISH['spelled']})|(?P<chinese>{_CHINESE['spelled']})"
)
_TIMES: Mapping[str, int] = _WORDS.table("times")
_HOURS = re.compile(_WORDS["hours"])
# A unit of one dimension that is, beside a field of another, short for something else.
_ALSO = {("g", "memory"): "gb", ("GBP", "weight"): "lb"}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, its unit where it has one, and where both stand.

    Attributes:
        currency: Code of the currency, where one is named.
        plus: Whether a plus follows the number, as in `4+ stars`.
    """

    value: float
    start: int
    end: int
    unit: Unit | None = None
    currency: str | None = None
    plus: bool = False

    @property
    def dimension(self) -> str | None:
        """What it measures, where its unit tells."""
        return "money" if self.currency else self.unit.dimension if self.unit else None

    def year(self) -> int | None:
        """The year it may be."""
        likely = self.unit is None and self.currency is None and 1000 <= self.value <= 2100
        return int(self.value) if likely and self.value.is_integer() else None

    def measured(self, dimension: str | None, unit: Unit | None) -> float | None:
        """Its value in a unit of that dimension, with four digits that count where it is converted.

        None where it measures something else.
        """
        if self.dimension is None or (self.currency and dimension == "money"):
            return self.value
        # `16 g` beside memory are gigabytes, `5 pounds` beside a weight no money.
        own = self.unit
        if self.dimension != dimension:
            other = _ALSO.get((own.name if own else self.currency or "", dimension or ""))
            own = lexicon().units.get(other) if other else None
        if own is None or own.dimension != dimension:
            return None
        worth = unit.worth if unit else 1.0
        return self.value if own.worth == worth else float(f"{self.value * own.worth / worth:.4g}")


def amounts(flat_text: str) -> list[Amount]:
    """All numbers of a flat text, from left to right."""
    minutes = lexicon().units["min"]
    clock = [
        Amount(60 * int(time[1]) + int(time[2]), time.start(), time.end(), minutes)
        for time in _HOURS.finditer(flat_text)
    ]
    taken = spans_of(clock)  # `1 h 30` is one amount, not two
    numbers = (number for number in _NUMBER.finditer(flat_text) if is_free(*number.span(), taken))
    return sorted([*clock, *(_with_unit(flat_text, number) for number in numbers)], key=lambda amount: amount.start)


def amount_text(value: float) -> str:
    """A value as filters write numbers."""
    return number_text(round(float(value), 6))


def chinese_number(text: str) -> float:
    """The number that Chinese numerals spell; `一百五` is 150."""
    total, section, digit, last = 0.0, 0.0, 0.0, 1.0
    for character in text:
        if character in _NUMERALS:
            numeral = _NUMERALS[character]
            digit = digit * 10 + numeral if last == 0 and digit else numeral
            last = 0.0 if numeral else 1.0
            continue
        times = _POWERS[character]
        # 万 multiplies all before it, 十百千 only the digit right before them.
        if times == 10_000:
            total, section, digit = (total + section + digit or 1) * times, 0.0, 0.0
        else:
            section, digit = section + (digit or 1) * times, 0.0
        last = float(times)
    # A digit behind a power counts the next lower one: the 五 of `一百五` is fifty.
    if digit and len(text) > 1 and _POWERS.get(text[-2], 1) >= 100:
        digit *= _POWERS[text[-2]] / 10
    return total + section + digit


def _english_number(text: str) -> float:
    total, section = 0.0, 0.0
    for word in re.findall(r"[a-z]+", text):
        number = _NUMBERS.get(word, 0)  # `and` and `a` count nothing
        if word in _FRACTIONS:
            section = _FRACTIONS[word]
        elif number >= 1000:
            total, section = total + (section or 1) * number, 0.0
        elif number >= 100:
            section = (section or 1) * number
        else:
            section += number
    return total + section


def _value(number: re.Match[str]) -> float:
    if number["spelled"]:
        return _english_number(number["spelled"])
    if number["chinese"]:
        return chinese_number(number["chinese"])
    # A comma before three digits groups them, any other is a decimal point: `1,500`, `1,5`.
    digits = re.sub(r"[, ](?=[0-9]{3}(?:\D|$))", "", number["digits"]).replace(",", ".")
    return float(digits) * _TIMES.get(number["times"] or "", 1.0)


def _with_unit(flat_text: str, number: re.Match[str]) -> Amount:
    start, end = number.start(), number.end()
    before = _before().search(flat_text, max(0, start - 6), start)
    currency = lexicon().currencies[before[1]] if before and before.end() == start else None
    if before and currency:
        start = before.start()
    # A currency may stand on either side; where both sides name one, the sign before the number counts.
    plus = flat_text[end : end + 1] == "+"
    after = _after().match(flat_text, end + plus)
    if after is None:
        return Amount(_value(number), start, end + plus, None, currency, plus)
    word = after["word"]
    code = lexicon().currencies.get(word)
    unit = None if code else lexicon().units[word]
    return Amount(_value(number), start, after.end(), unit if currency is None else None, currency or code, plus)


@cache
def _after() -> re.Pattern[str]:
    """A unit or currency behind a number; a plus between them is looked at by whoever reads bounds."""
    return re.compile(rf"\s?-?(?P<word>{_alternatives((*lexicon().units, *lexicon().currencies))})")


@cache
def _before() -> re.Pattern[str]:
    signs = [word for word in lexicon().currencies if word.isascii() or not word.isalpha()]
    return re.compile(rf"(?<![a-z])({'|'.join(map(re.escape, sorted(signs, key=len, reverse=True)))})\s?$")


def _alternatives(words: tuple[str, ...]) -> str:
    def spelled(word: str) -> Iterator[str]:
        yield re.escape(word)
        if word[-1].isascii() and word[-1].isalpha():
            yield r"(?![a-z0-9])"

    return "|".join("".join(spelled(word)) for word in sorted(set(words), key=len, reverse=True))


__all__ = ["Amount", "amount_text", "amounts", "chinese_number"]
