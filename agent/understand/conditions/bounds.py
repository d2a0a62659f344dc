"""Numbers with words of comparison become conditions on the fields they measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.language.messages import Note
from agent.language.patterns import patterns
from agent.understand.conditions.amounts import Amount, amount_text
from agent.understand.conditions.comparators import AFTER, BEFORE, FLIPPED, NEGATED, Direction
from agent.understand.conditions.periods import Period
from agent.understand.spans import is_free, spans_of
from agent.understand.vocabulary import KnownField, SchemaMention, Vocabulary

WINDOW = 48  # characters around a number that can belong to it
NEAR = 0.2  # `about 100` is 80 to 120
NEAR_YEARS = 10
BY_UNIT, BY_NAME, BARE = 0.95, 0.95, 0.8
UNKNOWN = Note("told by no field")

_WORDS = patterns("agent.understand.conditions", "bounds")
_FILLER = re.compile(rf"(?:[\s,:=]|{_WORDS.words('filler')})*")
_BETWEEN = re.compile(rf"(?:{_WORDS['between']})\s*$")
_ABOUT = re.compile(_WORDS["about"])
_AND = re.compile(rf"\s*(?:(?P<plain>{_WORDS['and']})|{_WORDS['to']})\s*(?:{_WORDS['the']})?")
_RANGE_END = re.compile(rf"\s*(?:{_WORDS['range end']})")
_UNCOUNTED = re.compile(rf"\s*(?:$|[.,;:!?)(、，。；！？…\"'=+/&-]|{_WORDS['uncounted']})")
_MADE = re.compile(rf"(?:{_WORDS['made']})\s*$")
_REFUSED = re.compile(rf"(?:{_WORDS['refused']})$")
_YEAR_SIGN = re.compile(rf"\s*(?:{_WORDS['year sign']})")
_MADE_BEHIND = re.compile(rf"(?:{_WORDS['made behind']})")
_BEFORE_PERIOD = re.compile(rf"(?:\b(?:{_WORDS['before period']})\s+)*(?:{_WORDS['the']})?$")
_BEFORE_NUMBER = re.compile(rf"(?:[\s:=]|{_WORDS.words('before number')})+$")
_BEFORE_NAME = re.compile(rf"\s*(?:{_WORDS['before name']})?\s*")


@dataclass(frozen=True, slots=True)
class FieldBound:
    """A condition on a field: the filter's text, where its words stand, and how plain they are."""

    field: KnownField
    condition: str
    start: int
    end: int
    sure: float


@dataclass(frozen=True, slots=True)
class UnplacedBound:
    """Words that state a must-have the catalog cannot tell, and why."""

    start: int
    end: int
    why: Note


@dataclass(frozen=True, slots=True)
class _Cue:
    """What stands around a number: the direction, what it compares, a field that is named."""

    start: int
    end: int
    direction: Direction | None = None
    roles: tuple[str, ...] = ()
    named: tuple[KnownField, ...] = ()


class BoundReader:
    """Reads the numbers of one text.

    Args:
        text: The flat text.
        names: Mentions of fields in it.
    """

    def __init__(self, text: str, vocabulary: Vocabulary, names: Sequence[SchemaMention]) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._names = [mention for mention in names if mention.names]

    def read(self, amounts: Sequence[Amount], periods: Sequence[Period]) -> Iterator[FieldBound | UnplacedBound]:
        """The conditions that amounts and periods state, from left to right."""
        for period in periods:
            yield from self._read_period(period)
        taken = spans_of(periods)  # the number within a period, as in `the 1920s`, is no amount
        left = [amount for amount in amounts if is_free(amount.start, amount.end, taken)]
        at = 0
        while at < len(left):  # two neighbours may be the ends of one range, so that each is not read by itself
            ranged = self._read_range(left[at], left[at + 1]) if at + 1 < len(left) else None
            if ranged is not None:
                yield ranged
                at += 2
                continue
            single = self._read_single(left[at])
            if single is not None:
                yield single
            at += 1

    def _read_period(self, period: Period) -> Iterator[FieldBound | UnplacedBound]:
        """The years of a period, or those before or after it; without a word of comparison it is what is asked."""
        field = self._year_field()
        if field is None:
            return
        cue = self._cue(period.start, period.end)
        condition = f"{period.first}..{period.last}"
        # `Before the 1920s` ends where they begin, `after the 1920s` begins where they end.
        if cue.direction in ("<", "<=") and cue.roles == ("year",):
            condition = f"<{period.first}" if cue.direction == "<" else f"<={period.last}"
        elif cue.direction in (">", ">=") and cue.roles == ("year",):
            condition = f">{period.last}" if cue.direction == ">" else f">={period.first}"
        else:
            refused = _REFUSED.search(self._text[: period.start])
            if refused:
                yield UnplacedBound(refused.start(), period.end, Note("years ruled out"))
                return
            before = _BEFORE_PERIOD.search(self._text[: period.start])
            cue = _Cue(before.start() if before else period.start, period.end)
        yield FieldBound(field, _spaced(condition), cue.start, cue.end, BY_UNIT)

    def _read_range(self, low: Amount, high: Amount) -> FieldBound | UnplacedBound | None:
        """The range that two neighbours span; None where they are two numbers."""
        between = _AND.fullmatch(self._text, low.end, high.start)
        if between is None:
            return None
        opened = _BETWEEN.search(self._text[: low.start])
        closed = _RANGE_END.match(self._text, high.end)
        # A bare `and` joins any two things: only `between` before it, or a word behind it, makes a range.
        if between["plain"] and not (opened or closed):
            return None
        # `40 to 60 cm`: the unit is said once, behind the second number.
        if low.dimension is None and high.dimension is not None:
            low = replace(low, unit=high.unit, currency=high.currency)
        cue = self._names_around(_Cue(opened.start() if opened else low.start, closed.end() if closed else high.end))
        year = _YEAR_SIGN.match(self._text, high.end)
        if low.year() and high.year() and not cue.named:
            end = year.end() if year else cue.end
            closed = _RANGE_END.match(self._text, end)
            return self._on_years(f"{low.year()}..{high.year()}", cue.start, closed.end() if closed else end)
        field = self._field(cue, high)
        if not isinstance(field, KnownField):
            return self._unplaced(field, cue)
        ends = [amount.measured(field.dimension, field.unit) for amount in (low, high)]
        if ends[0] is None or ends[1] is None or ends[0] > ends[1]:
            return None
        condition = _spaced(f"{amount_text(ends[0])}..{amount_text(ends[1])}")
        return FieldBound(field, condition, cue.start, cue.end, self._sureness(cue, high))

    def _read_single(self, amount: Amount) -> FieldBound | UnplacedBound | None:
        """The condition that a number states by the words around it; None where they compare with nothing."""
        cue = self._cue(amount.start, amount.end)
        if amount.plus and cue.direction is None:
            cue = replace(cue, direction=">=")
        if cue.direction is None:
            return self._exact_year(amount)
        year = amount.year()
        if year and not cue.named and (cue.roles == ("year",) or self._is_year(amount)):
            return self._on_years(self._year_condition(cue.direction, year), cue.start, cue.end)
        if cue.roles == ("year",) and not cue.named:
            return None  # `before 9`: words for years, beside what is none
        # `About five` counts things, `about 5 kg` and `price around 5` measure.
        if cue.direction == "~" and not (amount.dimension or cue.named):
            return None
        field = self._field(cue, amount)
        if not isinstance(field, KnownField):
            return self._unplaced(field, cue)
        value = amount.measured(field.dimension, field.unit)
        if value is None:
            return None
        condition = self._condition(field, cue.direction, value)
        return FieldBound(field, condition, cue.start, cue.end, self._sureness(cue, amount))

    def _condition(self, field: KnownField, direction: Direction, value: float) -> str:
        """The condition behind the field's name, as filters write it; what is near is a stretch around the value."""
        if direction == "<~":
            return f"<={amount_text(value * (1 + NEAR))}"
        if direction != "~":
            return f"{direction}{amount_text(value)}"
        near = NEAR_YEARS if field.dimension == "year" else value * NEAR
        return _spaced(f"{amount_text(value - near)}..{amount_text(value + near)}")

    def _year_condition(self, direction: Direction, year: int) -> str:
        return f"{year - NEAR_YEARS}..{year + NEAR_YEARS}" if direction == "~" else f"{direction}{year}"

    def _exact_year(self, amount: Amount) -> FieldBound | None:
        """The year of `painted in 1888`, `1888年的`; a number that nothing says to be a year is none."""
        year = amount.year()
        if year is None:
            return None
        sign = _YEAR_SIGN.match(self._text, amount.end)
        if sign and _MADE_BEHIND.match(self._text, sign.end()):
            return self._on_years(f"={year}", amount.start, sign.end())
        made = _MADE.search(self._text[: amount.start])
        if made and _UNCOUNTED.match(self._text, amount.end):
            return self._on_years(f"={year}", made.start(), amount.end)
        return None

    def _on_years(self, condition: str, start: int, end: int) -> FieldBound | None:
        field = self._year_field()
        return None if field is None else FieldBound(field, _spaced(condition), start, end, BY_UNIT)

    def _year_field(self) -> KnownField | None:
        return next(iter(self._vocabulary.of_role("year")), None)

    def _is_year(self, amount: Amount) -> bool:
        return _YEAR_SIGN.match(self._text, amount.end) is not None

    def _cue(self, start: int, end: int) -> _Cue:
        """What is said around a number or period from `start` to `end`."""
        # Names are looked for again after each step, since a comparison may stand between them and the number.
        cue = self._names_around(_Cue(start, end))
        year = _YEAR_SIGN.match(self._text, cue.end)
        cue = self._compared_after(replace(cue, end=year.end()) if year else cue)
        cue = self._names_around(cue) if not cue.named else cue
        before = self._compared_before(cue)
        cue = before if before.direction else cue
        return self._names_around(cue) if not cue.named else cue

    def _compared_before(self, cue: _Cue) -> _Cue:
        """The cue with what is compared before the number: `no more than about`."""
        begin = max(0, cue.start - WINDOW)
        left = self._text[begin : cue.start]
        stripped = _BEFORE_NUMBER.sub("", left)
        for text in dict.fromkeys((left, stripped)):
            for comparator in BEFORE:
                match = comparator.pattern.search(text)
                if match is None:
                    continue
                direction, at = comparator.direction, match.start()
                # `Not under 50` is 50 or more; nearness has no opposite that a filter could say.
                negated = NEGATED.search(text[:at])
                if negated and direction != "~":
                    direction, at = FLIPPED[direction], negated.start()
                # Two words of comparison add up: `at most about 50` lets a little more pass.
                if direction == "~" and cue.direction:
                    direction = cue.direction
                elif direction == "<=" and (cue.direction == "~" or _ABOUT.search(left)):
                    direction = "<~"
                return replace(cue, start=begin + at, direction=direction, roles=comparator.roles or cue.roles)
        return cue

    def _compared_after(self, cue: _Cue) -> _Cue:
        """The cue with what is compared behind the number: `50 or less`, `50以下`."""
        for comparator in AFTER:
            match = comparator.pattern.match(self._text, cue.end)
            if match:
                return replace(cue, end=match.end(), direction=comparator.direction, roles=comparator.roles)
        return cue

    def _names_around(self, cue: _Cue) -> _Cue:
        """The cue with the fields that are named right before or behind it."""
        for name in self._names:
            if name.end <= cue.start and _FILLER.fullmatch(self._text, name.end, cue.start):
                return replace(cue, start=name.start, named=_measurable(name.names))
            behind = name.start >= cue.end and _BEFORE_NAME.fullmatch(self._text[cue.end : name.start])
            if behind and _measurable(name.names):
                return replace(cue, end=name.end, named=_measurable(name.names))
        return cue

    def _field(self, cue: _Cue, amount: Amount) -> KnownField | Note | None:
        """The field that is meant; a note where the catalog cannot tell; None where the number counts things."""
        # A field that is named comes first, then what the comparison is of (`cheaper`), then what the unit measures.
        for field in cue.named:
            if amount.measured(field.dimension, field.unit) is not None:
                return self._same_currency(field, amount)
        for role in cue.roles:
            for field in self._vocabulary.of_role(role):
                if amount.measured(field.dimension, field.unit) is not None:
                    return self._same_currency(field, amount)
        if amount.dimension:
            return self._by_unit(amount)
        if cue.roles:
            return UNKNOWN
        if not self._uncounted(cue):
            return UNKNOWN  # `under 5 chairs`
        # A bare number that is compared is a price, where the catalog has prices: `under 50`.
        return next(iter(self._vocabulary.of_role("price")), UNKNOWN)

    def _by_unit(self, amount: Amount) -> KnownField | Note | None:
        fields = self._vocabulary.of_dimension(amount.dimension or "")
        if amount.dimension == "money":
            fields = self._vocabulary.of_role("price") or fields
        # Of several prices, times or ratings the first is the main one; of widths and heights none is.
        if len(fields) == 1 or (fields and amount.dimension in ("money", "time", "stars")):
            return self._same_currency(fields[0], amount)
        if fields:
            return Note("could mean", fields=tuple(field.name for field in fields))
        return UNKNOWN

    def _same_currency(self, field: KnownField, amount: Amount) -> KnownField | Note:
        if amount.currency and field.currency and not _alike(amount.currency, field.currency):
            return Note("other currency", given=amount.currency, own=field.currency)
        return field

    def _uncounted(self, cue: _Cue) -> bool:
        return _UNCOUNTED.match(self._text, cue.end) is not None

    def _sureness(self, cue: _Cue, amount: Amount) -> float:
        return BY_NAME if cue.named else BY_UNIT if amount.dimension else BARE

    def _unplaced(self, why: Note | None, cue: _Cue) -> UnplacedBound | None:
        return UnplacedBound(cue.start, cue.end, why) if why else None


def _measurable(fields: tuple[KnownField, ...]) -> tuple[KnownField, ...]:
    return tuple(field for field in fields if field.field.type in ("number", "integer", "date"))


def _alike(code: str, other: str) -> bool:
    return code == other or {code, other} == {"CNY", "JPY"}  # both write ¥


def _spaced(condition: str) -> str:
    return condition if condition[0] in "<>=" else f" {condition}"


__all__ = ["BoundReader", "FieldBound", "UnplacedBound"]
