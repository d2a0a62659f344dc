"""Numbers in a request, as digits or words, with their units and currencies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from agent.language.patterns import patterns, patterns_in
from agent.understand.conditions.phrases import NEVER, compiled
from agent.understand.languages import COMMON, Languages
from agent.understand.lexicon import Unit, further, lexicon
from agent.understand.spans import is_free, spans_of
from agent.understand.tokens import flat
from retrieval.text.values import number_text

_NUMERAL_LANGUAGES = frozenset({"zh", "ja", "ko"})  # that write numbers with a character for each digit and power
_ROOM, _READER = "agent.understand.conditions", "amounts"
_CHINESE = patterns(_ROOM, _READER).only("zh")
_NUMERALS: Mapping[str, int] = _CHINESE.table("digits")
_POWERS: Mapping[str, int] = _CHINESE.table("powers")
_FREE = r"(?<![a-z0-9.])(?<![0-9],)"
_DIGITS = (
    rf"{_FREE}[0-9]{{1,3}}(?:[, '’][0-9]{{3}})+(?:\.[0-9]+|,[0-9]{{1,2}}(?![0-9]))?(?![0-9])"
    rf"|{_FREE}[0-9]{{1,3}}(?:\.[0-9]{{3}})+(?:,[0-9]{{1,2}})?(?![0-9])"
    rf"|{_FREE}[0-9]{{1,12}}(?:\.[0-9]+|,[0-9]{{1,2}}(?![0-9]))?"
)
MOST_NUMERALS = 12  # of a number that anybody writes
_WIDE = "\u2e80"  # characters from here on stand without spaces
_POINTED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")  # `1.200`: grouped, or with three decimals
# A unit of one dimension that is, beside a field of another, short for something else.
_ALSO = {("g", "memory"): "gb", ("GBP", "weight"): "lb"}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, its unit where it has one, and where both stand.

    Attributes:
        currency: Code of the currency, where one is named.
        plus: Whether a plus follows the number, as in `4+ stars`.
        upto: The other end, where one number word spans a range, as `三四百` does.
        scale: What it is out of, as in `4 out of 5 stars`.
        implied: Whether no number stands there: `an hour`.
    """

    value: float
    start: int
    end: int
    unit: Unit | None = None
    currency: str | None = None
    plus: bool = False
    upto: float | None = None
    scale: float | None = None
    implied: bool = False

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


def amounts(flat_text: str, languages: Languages = COMMON) -> list[Amount]:
    """All numbers of a flat text, from left to right."""
    return _reader(languages).read(flat_text)


def amount_text(value: float) -> str:
    """A value as filters write numbers."""
    return number_text(round(float(value), 6))


def chinese_number(text: str, digits: Mapping[str, int] = _NUMERALS, powers: Mapping[str, int] = _POWERS) -> float:
    """The number that Chinese numerals spell; `一百五` is 150.

    Args:
        digits: What each numeral stands for, where other ones are used than the Chinese.
        powers: The same for hundreds, thousands and the like.
    """
    total, section, digit, last = 0.0, 0.0, 0.0, 1.0
    for character in text:
        if character in digits:
            numeral = digits[character]
            digit = digit * 10 + numeral if last == 0 and digit else numeral
            last = 0.0 if numeral else 1.0
            continue
        times = powers[character]
        # 万 multiplies all before it, 十百千 only the digit right before them.
        if times == 10_000:
            total, section, digit = (total + section + digit or 1) * times, 0.0, 0.0
        else:
            section, digit = section + (digit or 1) * times, 0.0
        last = float(times)
    # A digit behind a power counts the next lower one: the 五 of `一百五` is fifty.
    if digit and len(text) > 1 and powers.get(text[-2], 1) >= 100:
        digit *= powers[text[-2]] / 10
    return total + section + digit


class _AmountReader:
    """Reads the numbers of texts in some languages."""

    def __init__(self, languages: Languages) -> None:
        words = patterns_in(_ROOM, _READER, languages)
        wide = [words.only(language) for language in languages if language in _NUMERAL_LANGUAGES]
        alphabetic = [words.only(language) for language in languages if language not in _NUMERAL_LANGUAGES]
        spelled = [part["spelled"] for part in alphabetic if part["spelled"]]
        self._numbers: Mapping[str, float] = {
            flat(word): value for part in alphabetic for word, value in part.table("numbers").items()
        }
        self._fractions = {flat(word): value for part in alphabetic for word, value in part.table("fractions").items()}
        self._times = {flat(word): value for word, value in words.table("times").items()}
        self._comma = any(further(language).comma for language in languages)
        self._digits = {**_NUMERALS, **{digit: value for part in wide for digit, value in part.table("digits").items()}}
        self._powers = {**_POWERS, **{power: value for part in wide for power, value in part.table("powers").items()}}
        numerals = "|".join(part["spelled"] for part in wide if part["spelled"])
        times = words["times behind"]
        self._number = compiled(
            rf"(?:(?P<digits>{_DIGITS})(?:\s?(?P<times>{times}))?)"
            rf"|(?P<spelled>{'|'.join(spelled) or NEVER})|(?P<wide>{numerals or NEVER})"
        )
        self._hours = compiled(words["hours"])
        self._out_of = compiled(
            rf"\s*(?:{words['out of']})\s*(?P<scale>[0-9]{{1,3}})(?![0-9.,%])(?:\s*(?:{words['points']}))?"
        )
        self._inches = compiled(rf"\s?(?:{words['inches']})")
        self._half = compiled(words["half"])
        self._single = compiled(words["single"])
        self._and_half = compiled(words["and a half"])
        self._and_tenths = compiled(words["and tenths"])
        self._some = compiled(words["some"])
        self._joint = compiled(rf"\s+(?:{words['joint']})\s+")
        self._units = {
            **lexicon().units,
            **{word: unit for code in reversed(languages) for word, unit in further(code).units.items()},
        }
        self._currencies = {
            **lexicon().currencies,
            **{word: code for tongue in languages for word, code in further(tongue).currencies.items()},
        }
        for word in words.alternatives("no currencies"):
            self._currencies.pop(word, None)
        self._after = re.compile(rf"\s?-?(?P<word>{_alternatives((*self._units, *self._currencies))})(?![$€£¥]?[0-9])")
        signs = (word for word in self._currencies if word.isascii() or not word.isalpha())
        self._before = re.compile(rf"(?<![a-z])({'|'.join(map(re.escape, sorted(signs, key=len, reverse=True)))})\s?$")

    def read(self, text: str) -> list[Amount]:
        """All numbers of a flat text, from left to right."""
        minutes = lexicon().units["min"]
        clock = list[Amount]()
        for time in self._hours.finditer(text):
            hours, rest = (int(part) for part in time.groups() if part is not None)
            clock.append(Amount(60.0 * hours + rest, time.start(), time.end(), minutes))
        taken = spans_of(clock)  # `1 h 30` is one amount, not two
        read, at = list(clock), 0
        for number in self._number.finditer(text):
            if number.start() >= at and is_free(*number.span(), taken):
                fresh = list(self._amounts(text, number))
                read += fresh
                at = max((amount.end for amount in fresh), default=at)  # the 5 of `4 out of 5` is read already
        taken = spans_of(read)
        for word, value in ((self._half, 0.5), (self._single, 1.0)):
            implied = self._implied(text, word, value)
            read += [amount for amount in implied if is_free(amount.start, amount.end, taken)]
        return sorted(read, key=lambda amount: amount.start)

    def _amounts(self, text: str, number: re.Match[str]) -> Iterator[Amount]:
        if number["spelled"]:
            for value, start, end in self._spelled(number["spelled"], number.start()):
                yield self._with_unit(text, value, None, start, end)
        elif number["wide"]:
            if len(number["wide"]) > MOST_NUMERALS:
                return
            low, high = self._wide_ends(number["wide"])
            yield self._with_unit(text, low, high, *number.span())
        else:
            out_of = self._out_of.match(text, number.end())
            if out_of and float(out_of["scale"]) >= self._value(number, None):
                stars = lexicon().units["stars"]
                value, scale = self._value(number, None), float(out_of["scale"])
                yield Amount(value, number.start(), out_of.end(), stars, scale=scale)
            else:
                yield self._with_unit(text, number, None, *number.span())

    def _with_unit(self, text: str, number: re.Match[str] | float, upto: float | None, start: int, end: int) -> Amount:
        before = self._before.search(text, max(0, start - 6), start)
        currency = self._currencies[before[1]] if before and before.end() == start else None
        plus = text[end : end + 1] == "+"
        some = self._some.match(text, end)
        after = self._after.match(text, some.end() if some else end + plus)
        unit, stop = None, end + plus
        if after is not None:
            # A currency may stand on either side; where both sides name one, the sign before the number counts.
            code = self._currencies.get(after["word"]) if after["word"] not in self._units else None
            unit = self._units.get(after["word"]) if currency is None else None
            currency, stop = currency or code, after.end()
        elif inches := self._inches.match(text, end):
            unit, stop = lexicon().units["inch"], inches.end()
        value = number if isinstance(number, float) else self._value(number, currency)
        if some and after:
            upto = value + 10 ** (len(f"{value:.0f}") - 1)  # `200多块` is less than 300
        if half := self._and_half.match(text, stop):
            value, stop = value + 0.5, half.end()
        elif (unit or currency) and (tenths := self._and_tenths.match(text, stop)):
            digit = tenths[0]
            value, stop = value + (self._digits.get(digit) or float(digit)) / 10, tenths.end()
        return Amount(value, before.start() if before and currency else start, stop, unit, currency, plus, upto)

    def _implied(self, text: str, number: re.Pattern[str], value: float) -> Iterator[Amount]:
        """Units with a word for their number: `半公斤`, `half a kilo`, `an hour and a half`."""
        for match in number.finditer(text):
            after = self._after.match(text, match.end())
            if after and (unit := self._units.get(after["word"])):
                more = self._and_half.match(text, after.end()) if value == 1.0 else None
                end = more.end() if more else after.end()
                yield Amount(value + (0.5 if more else 0.0), match.start(), end, unit, implied=value == 1.0)

    def _value(self, number: re.Match[str], currency: str | None) -> float:
        digits = number["digits"]
        if _POINTED.fullmatch(digits) and (currency or self._comma or digits.count(".") > 1):
            digits = digits.replace(".", "")  # no price has three decimals
        if re.search(r"\.[0-9]{3}(?:\.|,)", digits):
            digits = digits.replace(".", "")
        # A comma before three digits groups them, any other is a decimal point: `1,500`, `1,5`.
        digits = re.sub(r"[, '’](?=[0-9]{3}(?:\D|$))", "", digits).replace(",", ".")
        times: float = self._times.get(number["times"] or "", 1.0)
        return float(digits) * times

    def _wide_ends(self, text: str) -> tuple[float, float | None]:
        """The number that numerals spell, and the other end of `三四百`: of two digits in a row the second one."""
        for first, second in pairwise(range(len(text))):
            ends = [self._digits.get(text[at]) for at in (first, second)]
            if None not in ends and ends[1] == (ends[0] or 0) + 1 and text[second + 1 : second + 2] in self._powers:
                values = [
                    chinese_number(text[:first] + text[at] + text[second + 1 :], self._digits, self._powers)
                    for at in (first, second)
                ]
                return values[0], values[1]
        return chinese_number(text, self._digits, self._powers), None

    def _spelled(self, text: str, at: int) -> Iterator[tuple[float, int, int]]:
        """The numbers of a run of number words: `two hundred and fifty` is one, `fifty and eighty` are two."""
        parts, start = list[tuple[str, int]](), 0
        for joint in self._joint.finditer(text):
            parts.append((text[start : joint.start()], start))
            start = joint.end()
        parts.append((text[start:], start))
        value, begin, end = 0.0, 0, 0
        for words, offset in parts:
            number = self._spelled_number(words)
            if offset and not _follows(number, value):
                yield value, at + begin, at + end
                value, begin = 0.0, offset
            value, end = value + number, offset + len(words)
        yield value, at + begin, at + end

    def _spelled_number(self, text: str) -> float:
        total, section = 0.0, 0.0
        for word in re.findall(r"[^\W\d_]+", text):
            number = self._numbers.get(word, 0)  # `a` counts nothing
            if word in self._fractions:
                section = self._fractions[word]
            elif number >= 1000:
                total, section = total + (section or 1) * number, 0.0
            elif number >= 100:
                section = (section or 1) * number
            else:
                section += number
        return total + section


def _follows(number: float, value: float) -> bool:
    """Whether a number may follow another one as a part of it: fifty two hundred, five fifty, but not eighty fifty."""
    power = next((power for power in (1000.0, 100.0, 10.0) if value and value % power == 0), 0.0)
    return number < power


@cache
def _reader(languages: Languages) -> _AmountReader:
    return _AmountReader(languages)


def _alternatives(words: tuple[str, ...]) -> str:
    def spelled(word: str) -> Iterator[str]:
        yield re.escape(word)
        if word[-1].isalpha() and word[-1] < _WIDE:
            yield r"(?![^\W\d_])" if not word[-1].isascii() else r"(?![a-z0-9])"

    return "|".join("".join(spelled(word)) for word in sorted(set(words), key=len, reverse=True))


__all__ = ["Amount", "amount_text", "amounts", "chinese_number"]
