"""Figures in a text: each number with what it is of, the bounds that the words around it set, and all of its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from agent.explain.sentence.grammar import ROOM
from agent.language.patterns import data, patterns_in
from agent.recent import recent
from agent.understand.conditions.amounts import Amount, amounts
from agent.understand.conditions.comparators import FLIPPED, Comparator, comparators
from agent.understand.conditions.denials import denial_reader
from agent.understand.conditions.periods import Period, periods
from agent.understand.languages import Languages, languages_of
from agent.understand.lexicon import lexicon
from agent.understand.tokens import flat

FILE = "amounts.yaml"
_NEVER = r"(?!)"
_WINDOW = 40  # characters before a number that may compare it
_BESIDE = 28  # characters on either side that may name what it is of
_MOST_PEOPLE, _MOST_AGE = 60, 120
_LEAST_RANGED = 10  # the end of a range of bare numbers that may be a price
_LETTERS = re.compile(r"[A-Za-z]*")
_NUMERALS = "零一二两三四五六七八九十百千万"
_BREAK = re.compile(r"[,;:!?()，。；：！？、\d]|\.(?!\d)")
_SIZE = re.compile(r"(?<![\d.])\d+(?:[.,]\d+)?(?:\s*[x×]\s*\d+(?:[.,]\d+)?){1,2}(?:\s*(?:cm|mm|m)\b)?")
_CLOCK = re.compile(
    r"(?<!\d)\d{1,2}[:.]\d{2}(?!\d)|(?<!\d)\d{1,2}\s*(?:am|pm|点)\b|(?<!\d)\d{1,2}点|\b\d{1,2}/\d{1,2}\b"
)
_PART = re.compile(r"\b(?:early|mid|late)[ -](?=[a-z]+ties\b)")  # `early nineties`
_PART_BEFORE = re.compile(r"\b(?:early|mid|late)[ -]*$", re.IGNORECASE)
_YEAR_SIGN = re.compile(r"\s*年(?!代|龄)")
_NUMBERED = re.compile(r"\b(?:number|no\.?|nr\.?|part|volume|vol\.?|episode)\s*$")
_MEMORY = frozenset({"ram", "memory", "内存", "arbeitsspeicher", "memoria", "memoire"})
_MATTERS = {"time": "duration", "stars": "rating", "money": "money"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, or two, and what is said with it.

    Attributes:
        matter: What it is of: a matter of `amounts.yaml`, the dimension of its unit, or nothing for what is counted.
        least: In the first unit of its dimension; None where it is open.
        most: The same.
        beyond: Whether the bounds themselves lie outside, as with `under`.
        near: Whether about so much is meant.
        words: All of its words.
        told: Its numbers with their unit.
        unit: As the name of its unit; empty where it has none.
        beside: Words that stand beside it.
        next_to: Those of them right before it and right behind.
    """

    matter: str
    least: float | None
    most: float | None
    words: str
    told: str
    start: int
    end: int
    unit: str = ""
    beyond: bool = False
    near: bool = False
    beside: frozenset[str] = frozenset()
    next_to: frozenset[str] = frozenset()

    @property
    def exact(self) -> bool:
        """Whether so much is meant and no more is said."""
        return self.least == self.most and not self.near

    def holds(self, least: float | None, most: float | None) -> bool:
        """Whether all from `least` to `most` lies within its bounds."""
        below = self.most is None or (
            most is not None and (most < self.most or (most == self.most and not self.beyond))
        )
        above = self.least is None or (
            least is not None and (least > self.least or (least == self.least and not self.beyond))
        )
        return below and above


@dataclass(frozen=True, slots=True)
class MeasureUnit:
    """A unit of `amounts.yaml` or of the lexicon: its name, what it measures, and its worth there."""

    name: str
    dimension: str
    worth: float


@dataclass(frozen=True, slots=True)
class _Words:
    """The patterns of `amounts.yaml` in some languages."""

    by_name: Mapping[str, re.Pattern[str]]

    def behind(self, name: str, text: str, at: int) -> re.Match[str] | None:
        return self.by_name[name].match(text, at)

    def before(self, name: str, text: str, at: int) -> re.Match[str] | None:
        return self.by_name[name].search(text, max(0, at - _WINDOW), at)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A number with the words of comparison around it."""

    start: int
    end: int
    direction: str = ""
    roles: tuple[str, ...] = ()


@recent(512)
def figures(text: str, language: str) -> tuple[Figure, ...]:
    """The figures of a text, from left to right; none overlaps another."""
    if not any(mark.isdigit() for mark in text) and not amounts(flat(text), languages_of(text, language)):
        return tuple(_TextReader(text, language).periods())
    return tuple(sorted(_TextReader(text, language).read(), key=lambda figure: figure.start))


class _TextReader:
    """Reads one text."""

    def __init__(self, text: str, language: str) -> None:
        self._text, self._flat = text, _PART.sub(lambda part: "the ".rjust(len(part[0])), flat(text))
        self._languages = languages_of(text, language)
        self._words = _words(self._languages)
        self._uncounted = _uncounted(self._languages)

    def periods(self) -> Iterator[Figure]:
        """Decades and centuries, and what is before or after them."""
        for period in periods(self._flat, self._languages):
            yield self._of_period(period)

    def read(self) -> Iterator[Figure]:
        """All figures."""
        known = [*self.periods(), *self._sizes()]
        yield from known
        taken = [(figure.start, figure.end) for figure in known]
        taken += [match.span() for match in _CLOCK.finditer(self._flat)]
        numbers = [number for number in amounts(self._flat, self._languages) if _is_free(number, taken)]
        at, end = 0, 0
        while at < len(numbers):
            following = numbers[at + 1] if at + 1 < len(numbers) else None
            figure = self._ranged(numbers[at], following) if following else None
            at += 2 if figure else 1
            figure = figure or self._single(numbers[at - 1])
            if figure is not None and figure.start >= end:
                end = figure.end
                yield figure

    def _sizes(self) -> Iterator[Figure]:
        for match in _SIZE.finditer(self._flat):
            size = self._text[match.start() : match.end()]
            yield Figure("size", None, None, size, size, *match.span())

    def _of_period(self, period: Period) -> Figure:
        cue = self._cue(period.start, period.end)
        told = self._text[period.start : period.end]
        least, most = float(period.first), float(period.last)
        if cue.direction in ("<", "<=") and cue.roles in ((), ("year",)):
            least, most = None, least if cue.direction == "<" else most  # type: ignore[assignment]
        elif cue.direction in (">", ">=") and cue.roles in ((), ("year",)):
            least, most = most if cue.direction == ">" else least, None  # type: ignore[assignment]
        else:
            cue = _Compared(period.start, period.end)
        beyond = cue.direction in ("<", ">")
        part = _PART_BEFORE.search(self._text[: cue.start])
        start = part.start() if part else cue.start
        return Figure("year", least, most, self._text[start : cue.end], told, start, cue.end, "", beyond)

    def _ranged(self, low: Amount, high: Amount) -> Figure | None:
        """The range between two neighbours; None where they are none."""
        gap = self._flat[low.end : high.start]
        opened = self._words.before("between", self._flat, low.start)
        joined = self._words.by_name["joint"].fullmatch(gap) or (opened and self._words.by_name["and"].fullmatch(gap))
        if not joined or high.value < low.value:
            return None
        cue = _Compared(opened.start() if opened else low.start, high.end)
        figure = self._figure(high, replace(cue, direction=".."))
        if figure is None:
            return None
        worth = (figure.most or high.value) / high.value if high.value else 1.0
        told = self._text[low.start : self._told_end(high)]
        start = min(cue.start, figure.start)
        return replace(
            figure,
            least=low.value * worth,
            words=self._text[start : figure.end],
            told=told,
            start=start,
        )

    def _single(self, number: Amount) -> Figure | None:
        cue = self._cue(number.start, self._told_end(number))
        if number.plus and not cue.direction:
            cue = replace(cue, direction=">=")
        if number.implied and not cue.direction:
            return None
        return self._figure(number, cue)

    def _told_end(self, number: Amount) -> int:
        """Where a number ends with its unit, be it one of ours."""
        unit = _own_unit().match(self._flat, number.end) if number.dimension is None else None
        return unit.end() if unit else number.end

    def _figure(self, number: Amount, cue: _Compared) -> Figure | None:
        end = self._told_end(number)
        unit = _unit_of(number, self._flat[number.end : end])
        cue, matter = self._matter(number, unit, replace(cue, end=max(cue.end, end)))
        if matter is None or (matter == "duration" and self._flat[cue.start : number.start].strip() == "after"):
            return None  # `she gets bored after an hour`
        if matter == "memory" and unit is not None and unit.name == "g":
            unit = units_by_word()["gb"]
        value = number.value * (unit.worth if unit else 1.0)
        least, most = _bounds(cue.direction, value)
        if matter == "size":  # `5XL`
            end = _LETTERS.match(self._text, end).end()  # type: ignore[union-attr]  # it matches nothing too
            cue = replace(cue, end=max(cue.end, end))
        if number.upto is not None:
            most = number.upto * (unit.worth if unit else 1.0)
        return Figure(
            matter,
            least,
            most,
            self._text[cue.start : cue.end],
            self._text[number.start : end],
            cue.start,
            cue.end,
            unit.name if unit else "",
            cue.direction in ("<", ">"),
            cue.direction in ("~", "<~"),
            self._beside(cue),
            self._next_to(cue),
        )

    def _matter(self, number: Amount, unit: MeasureUnit | None, cue: _Compared) -> tuple[_Compared, str | None]:
        """What a number is of, and the cue with the words that say so."""
        if number.currency or "price" in cue.roles:
            rate = self._words.behind("rate behind", self._flat, cue.end)
            return replace(cue, end=rate.end()) if rate else cue, "money"
        for matter, most in (("age", _MOST_AGE), ("people", _MOST_PEOPLE)):
            behind = self._words.behind(f"{matter} behind", self._flat, max(number.end, cue.end))
            behind = behind or self._words.behind(f"{matter} behind", self._flat, number.end)
            if behind and number.dimension is None and unit is None and number.value <= most:
                led = self._words.before(f"{matter} before", self._flat, cue.start)
                start = led.start() if led else cue.start
                return replace(cue, start=start, end=max(cue.end, behind.end())), matter
        if unit is not None and unit.name == "g" and _MEMORY & self._beside(cue):
            return cue, "memory"
        if unit is not None:
            return cue, _MATTERS.get(unit.dimension, unit.dimension)
        return self._of_bare(number, cue)

    def _of_bare(self, number: Amount, cue: _Compared) -> tuple[_Compared, str | None]:
        """What a number without a unit is of."""
        if rated := self._rated(cue):
            return rated, "rating"
        if number.year() and (cue.roles == ("year",) or self._is_made(number, cue)):
            sign = _YEAR_SIGN.match(self._flat, number.end)
            return replace(cue, end=max(cue.end, sign.end() if sign else 0)), "year"
        if cue.roles == ("year",):
            return cue, None  # `before 6`: a time of the day
        if size := self._words.before("size before", self._flat, cue.start):
            return replace(cue, start=size.start()), "size"
        if (led := self._words.before("age before", self._flat, cue.start)) and number.value < 20:
            return replace(cue, start=led.start()), "age"
        if _NUMBERED.search(self._flat[: number.start]):
            return cue, ""
        uncounted = self._uncounted.match(self._flat, cue.end) is not None
        led = self._words.before("people before", self._flat, cue.start)
        if led and uncounted and 0 < number.value <= _MOST_PEOPLE and float(number.value).is_integer():
            return replace(cue, start=led.start()), "people"
        rate = self._words.behind("rate behind", self._flat, cue.end)
        if rate and cue.direction:
            return replace(cue, end=rate.end()), "money"
        is_sum = cue.direction and uncounted and (number.year() is None or cue.direction not in ("..", "~"))
        if is_sum and (cue.direction != ".." or number.value >= _LEAST_RANGED):
            return cue, "money"
        return cue, None if self._flat[number.start] in _NUMERALS else ""

    def _rated(self, cue: _Compared) -> _Compared | None:
        for match in self._words.by_name["rated"].finditer(self._flat):
            if 0 <= cue.start - match.end() <= 2:
                return replace(cue, start=match.start())
            if 0 <= match.start() - cue.end <= 2:
                return replace(cue, end=match.end())
        return None

    def _is_made(self, number: Amount, cue: _Compared) -> bool:
        if cue.direction in ("..", "~") and number.value > 1400 and self._uncounted.match(self._flat, number.end):
            return bool(self._words.before("between", self._flat, cue.start)) or cue.direction == ".."
        made = self._words.before("made before", self._flat, cue.start)
        bare = bool(made) and self._uncounted.match(self._flat, number.end) is not None
        return bare or self._flat[number.end : number.end + 1] == "年" or self._is_later(number)

    def _is_later(self, number: Amount) -> bool:
        return self._words.behind("later", self._flat, number.end) is not None

    def _cue(self, start: int, end: int) -> _Compared:
        """A number with the words of comparison before or behind it."""
        table, cue = comparators(self._languages), _Compared(start, end)
        if about := self._words.behind("about behind", self._flat, end):
            return _Compared(start, about.end(), "~")
        left = self._flat[max(0, start - _WINDOW) : start]
        stripped = _before_number(self._languages).sub("", left)
        for text in dict.fromkeys((left, stripped)):
            for comparator in table.before:
                if match := comparator.pattern.search(text):
                    at = max(0, start - _WINDOW) + match.start()
                    return self._governed(_Compared(at, end, comparator.direction, comparator.roles), comparator)
        if within := self._words.behind("within behind", self._flat, end):
            return _Compared(start, within.end(), "<=")
        sign = _YEAR_SIGN.match(self._flat, end)
        for comparator in table.behind:
            if (match := comparator.pattern.match(self._flat, sign.end() if sign else end)) and not (
                comparator.movable and re.match(r"\s*[$€£¥]?\d", self._flat[match.end() :])
            ):
                return self._governed(_Compared(start, match.end(), comparator.direction, comparator.roles), comparator)
        return cue

    def _governed(self, cue: _Compared, comparator: Comparator) -> _Compared:
        """The cue with a denial before it: `not longer than` is at most."""
        if not comparator.deniable or comparator.direction == "~":
            return cue
        reader = denial_reader(self._languages)
        governing = reader.governing(self._flat, cue.start, cue.end, comparator.direction, ())
        if governing is None or governing.does != "denied":
            return cue
        start = min(cue.start, governing.start)
        if re.search(r"[,;:!?()，。；：！？]", self._flat[start : cue.start]):
            start = cue.start
        return replace(cue, start=start, end=max(cue.end, governing.end), direction=FLIPPED[comparator.direction])

    def _beside(self, cue: _Compared) -> frozenset[str]:
        """Words on either side, up to a break."""
        before = _BREAK.split(self._flat[max(0, cue.start - _BESIDE) : cue.start])[-1]
        behind = _BREAK.split(self._flat[cue.end : cue.end + _BESIDE])[0]
        inside = self._flat[cue.start : cue.end]
        nearest = [*re.findall(r"[^\W\d_]+", before)[-2:], *re.findall(r"[^\W\d_]+", behind)[:3]]
        wide = {word for word in named_words() if not word.isascii() and word in before + inside + behind}
        return frozenset((*nearest, *re.findall(r"[^\W\d_]+", inside))) | wide

    def _next_to(self, cue: _Compared) -> frozenset[str]:
        """The word right before it, and the one right behind; `of` may stand between."""
        before = re.search(r"([^\W\d_]+)(?:\s+of)?\s*$", self._flat[: cue.start])
        behind = re.match(r"\s*-?(?:of\s+)?([^\W\d_]+)", self._flat[cue.end :])
        spaced = frozenset(match[1] for match in (before, behind) if match)
        return spaced | {word for word in named_words() if not word.isascii() and word in self._beside(cue)}


def _bounds(direction: str, value: float) -> tuple[float | None, float | None]:
    if direction in ("<", "<=", "<~"):
        return None, value
    if direction in (">", ">="):
        return value, None
    return value, value


def _is_free(number: Amount, taken: Sequence[tuple[int, int]]) -> bool:
    return all(number.end <= start or end <= number.start for start, end in taken)


def _unit_of(number: Amount, own: str) -> MeasureUnit | None:
    if number.unit is not None:
        return MeasureUnit(number.unit.name, number.unit.dimension, number.unit.worth)
    return units_by_word().get(own.strip().strip("-").strip()) if own else None


@cache
def units_by_word() -> Mapping[str, MeasureUnit]:
    """The units by how they are written, those of the lexicon and ours."""
    known = {word: MeasureUnit(unit.name, unit.dimension, unit.worth) for word, unit in lexicon().units.items()}
    content: Mapping[str, Mapping[str, Any]] = data(ROOM, FILE)["units"]
    for name, entry in content.items():
        unit = MeasureUnit(name, entry.get("dimension", name), float(entry.get("worth", 1)))
        known |= dict.fromkeys(entry["spelled"], unit)
    return known


@cache
def _own_unit() -> re.Pattern[str]:
    content: Mapping[str, Mapping[str, Any]] = data(ROOM, FILE)["units"]
    spelled = sorted((word for entry in content.values() for word in entry["spelled"]), key=len, reverse=True)
    return re.compile(rf"\s?-?(?:{'|'.join(map(re.escape, spelled))})(?![a-z0-9])")


@cache
def named_words() -> frozenset[str]:
    """Words by which people name what a figure is of: `wide`, `ram`."""
    content: Mapping[str, list[str]] = data(ROOM, FILE)["named"]
    return frozenset(word for words in content.values() for word in words)


@cache
def _words(languages: Languages) -> _Words:
    content: Mapping[str, Mapping[str, str]] = data(ROOM, FILE)["words"]
    own = [content[language] for language in languages if language in content] or [content["en"]]
    names = own[0]
    return _Words({name: re.compile("|".join(part[name] for part in own if part[name]) or _NEVER) for name in names})


@cache
def _uncounted(languages: Languages) -> re.Pattern[str]:
    """What may stand behind a number that counts nothing: an end, or a word of grammar."""
    grammar = patterns_in("agent.understand.conditions", "bounds", languages)["uncounted"]
    return re.compile(rf"\s*(?:$|[.,;:!?)(、，。；！？…\"'=+/&-]|who|\s{{2,}}|{grammar or _NEVER})")


@cache
def _before_number(languages: Languages) -> re.Pattern[str]:
    words = patterns_in("agent.understand.conditions", "bounds", languages).words("before number") or _NEVER
    return re.compile(rf"(?:[\s:=$€£¥]|{words})+$")


__all__ = ["FILE", "Figure", "MeasureUnit", "figures", "named_words", "units_by_word"]
