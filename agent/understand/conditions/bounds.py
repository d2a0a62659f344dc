"""Numbers with words of comparison become conditions on the fields they measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from agent.language.messages import Note
from agent.language.patterns import patterns_in
from agent.understand.conditions.amounts import Amount, amount_text
from agent.understand.conditions.comparators import FLIPPED, Comparator, Direction, comparators
from agent.understand.conditions.denials import Governing, denial_reader
from agent.understand.conditions.periods import Period
from agent.understand.conditions.phrases import NEVER, compiled, flattened
from agent.understand.languages import COMMON, Languages
from agent.understand.spans import is_free, spans_of
from agent.understand.vocabulary import KnownField, SchemaMention, Vocabulary

WINDOW = 48  # characters around a number that can belong to it
NEAR = 0.2  # `about 100` is 80 to 120
NEAR_YEARS = 10
LEAST_OPENED = 10  # the end of a range of bare numbers; smaller ones count things, or items of a list
LEAST_PRICE = 20  # that a number without a unit is taken for where nothing says `under` or `at least`
EARLIEST = 100  # a year; a smaller number counts years
BY_UNIT, BY_NAME, BARE = 0.95, 0.95, 0.8
UNKNOWN = Note("told by no field")
SEVERAL = Note("for several together")
UNCOMPARED = Note("compared with nothing")
_SIDES = ("<", "<=", ">", ">=")
_UNTOLD = ("time", "stars", "pages", "age")  # what is said in passing: `for 5 minutes`, `a 5 star hotel`

MOST_AMOUNTS = 40  # of a text; a wall of numbers states no must-haves
NEARLY = 8  # characters between words of comparison and a number that they may belong to instead
_ROOM, _READER = "agent.understand.conditions", "bounds"
_BARE = re.compile(r"[\d.,]+")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[\s-]$")
_SCALES = (5.0, 10.0, 100.0)  # that ratings are given on


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
    """What stands around a number.

    Attributes:
        direction: What is asked of it.
        roles: What is compared.
        named: Fields that are named.
        deniable: Whether a denial turns the direction round.
        compared_at: Where the words of comparison begin, which a denial is looked for before.
    """

    start: int
    end: int
    direction: Direction | None = None
    roles: tuple[str, ...] = ()
    named: tuple[KnownField, ...] = ()
    deniable: bool = True
    compared_at: int | None = None


@dataclass(frozen=True, slots=True)
class WaivedBound:
    """Words that say of a limit that there is none: `I don't mind more than 100`."""

    start: int
    end: int


Bound = FieldBound | UnplacedBound | WaivedBound


class _NumberPhrases:
    """What stands around numbers in some languages."""

    def __init__(self, languages: Languages) -> None:
        words = patterns_in(_ROOM, _READER, languages)

        def whole(name: str) -> str:
            return words.words(name) or NEVER

        self.filler = compiled(rf"(?:[\s,:=]|{whole('filler')})*")
        self.between = compiled(words["between"], behind=rf"\s*(?:{flattened(words['the']) or NEVER})?$")
        self.about = compiled(words["about"])
        plain, to = words["and"] or NEVER, words["to"] or NEVER
        sides = words["to side"] or NEVER
        self.joint = compiled(rf"\s*(?:{sides})?\s*(?:(?P<plain>{plain})|{to})\s*(?:{words['the']})?\s*(?:{sides})?\s*")
        self.range_end = compiled(words["range end"], before=r"\s*")
        uncounted = "|".join(part for part in (r"$|[.,;:!?)(、，。；！？…\"'=+/&-]", words["uncounted"]) if part)
        self.uncounted = compiled(uncounted, before=r"\s*")
        self.grammar = compiled(words["uncounted"], behind=r".*")
        self.made = compiled(words["made"], behind=r"\s*$")
        self.refused = compiled(words["refused"], behind="$")
        self.year_sign = compiled(words["year sign"], before=r"\s*")
        self.made_behind = compiled(words["made behind"])
        before_period = words["before period"] or NEVER
        self.before_period = compiled(rf"(?:(?<![^\W_])(?:{before_period})\s+)*(?:{words['the']})?", behind="$")
        self.before_number = compiled(rf"(?:[\s:=]|{whole('before number')})+", behind="$")
        self.before_name = compiled(words["before name"], before=r"\s*", behind=r"?\s*")
        self.several = compiled(words["several"])
        self.counted = compiled(words["counted"], behind=r"\s*$")
        self.total = compiled(words["total"])
        self.count = compiled(words["count"])
        # Words of comparison that belong to the number behind them: `under 100, at least 4 stars`.
        self.ahead = compiled(rf"\s*(?:(?:{whole('before number')})\s*)*[$€£¥]?\s*$")


@cache
def _phrases(languages: Languages) -> _NumberPhrases:
    return _NumberPhrases(languages)


class BoundReader:
    """Reads the numbers of one text.

    Args:
        text: The flat text.
        mentions: Of values and fields in it.
    """

    def __init__(
        self, text: str, vocabulary: Vocabulary, mentions: Sequence[SchemaMention], languages: Languages = COMMON
    ) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._mentions = mentions
        self._names = [mention for mention in mentions if mention.names]
        self._words = _phrases(languages)
        self._comparators = comparators(languages)
        self._denials = denial_reader(languages)
        self._starts: Sequence[int] = ()

    def read(self, amounts: Sequence[Amount], periods: Sequence[Period]) -> Iterator[Bound]:
        """The conditions that amounts and periods state, from left to right."""
        for period in periods:
            yield from self._read_period(period)
        taken = spans_of(periods)  # the number within a period, as in `the 1920s`, is no amount
        left = [amount for amount in amounts if is_free(amount.start, amount.end, taken)][:MOST_AMOUNTS]
        left = [_with_known_unit(amount, left) for amount in left]
        self._starts = [amount.start for amount in left]
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

    def _read_period(self, period: Period) -> Iterator[Bound]:
        """The years of a period, or those before or after it; without a word of comparison it is what is asked."""
        field = self._year_field()
        cue = self._cue(period.start, period.end)
        before = self._ending(self._words.before_period, period.start)
        compared = cue.direction in _SIDES and (not cue.roles or cue.roles == ("year",))
        if before and cue.start == period.start:
            cue = replace(cue, start=before.start())
        if not compared:
            cue = _Cue(before.start() if before else period.start, period.end)
        if field is None:
            yield UnplacedBound(cue.start, cue.end, UNKNOWN)
            return
        governing = self._governing(cue) if compared else None
        if governing and governing.does == "waived":
            yield WaivedBound(governing.start, governing.end)
            return
        direction = cue.direction
        if governing and direction:
            direction, cue = FLIPPED[direction], replace(cue, start=governing.start, end=governing.end)
        # `Before the 1920s` ends where they begin, `after the 1920s` begins where they end.
        if compared and direction in ("<", "<="):
            condition = f"<{period.first}" if direction == "<" else f"<={period.last}"
        elif compared and direction:
            condition = f">{period.last}" if direction == ">" else f">={period.first}"
        elif refused := self._ending(self._words.refused, cue.start):
            yield UnplacedBound(refused.start(), period.end, Note("years ruled out"))
            return
        else:
            condition = f"{period.first}..{period.last}"
        yield FieldBound(field, _spaced(condition), cue.start, cue.end, BY_UNIT)

    def _read_range(self, low: Amount, high: Amount) -> Bound | None:
        """The range that two neighbours span; None where they are two numbers."""
        between = self._words.joint.fullmatch(self._text, low.end, high.start)
        if between is None:
            return None
        opened = self._ending(self._words.between, low.start)
        closed = self._words.range_end.match(self._text, high.end)
        # A bare `and` joins any two things: only `between` before it, or a word behind it, makes a range.
        if between["plain"] and not (opened or closed):
            return None
        # `40 to 60 cm`: the unit is said once, behind the second number, or before the first.
        if high.dimension is not None and _BARE.fullmatch(self._text, low.start, low.end):
            low = replace(low, unit=high.unit, currency=high.currency)
        elif high.dimension is None and low.currency:
            high = replace(high, currency=low.currency)
        cue = self._names_around(_Cue(opened.start() if opened else low.start, closed.end() if closed else high.end))
        year = self._words.year_sign.match(self._text, high.end)
        if low.year() and high.year() and not cue.named:
            end = year.end() if year else cue.end
            closed = self._words.range_end.match(self._text, end)
            return self._on_years(f"{low.year()}..{high.year()}", cue.start, closed.end() if closed else end)
        if not (high.dimension or cue.named) and not self._may_range(replace(cue, end=high.end), high, bool(opened)):
            return None  # `2-3 chairs`, `seating 6 to 8`, `the difference between 1 and 3`
        return self._ranged(cue, low, high)

    def _may_range(self, cue: _Cue, high: Amount, opened: bool) -> bool:
        """Whether a range of bare numbers may be one of prices: with a word that opens it, any but of small numbers."""
        return high.value >= LEAST_OPENED if opened else self._is_price(cue, high)

    def _ranged(self, cue: _Cue, low: Amount, high: Amount) -> Bound | None:
        """The condition of a range whose ends are known."""
        if self._of_several(cue):
            return UnplacedBound(cue.start, cue.end, SEVERAL)
        field = self._field(cue, high)
        if not isinstance(field, KnownField):
            return self._unplaced(field, cue)
        ends = [self._measured(amount, field) for amount in (low, high)]
        if ends[0] is None or ends[1] is None or ends[0] > ends[1]:
            return self._unplaced(UNKNOWN if high.dimension else None, cue)
        condition = _spaced(f"{amount_text(ends[0])}..{amount_text(ends[1])}")
        return FieldBound(field, condition, cue.start, cue.end, self._sureness(cue, high))

    def _read_single(self, amount: Amount) -> Bound | None:
        """The condition that a number states by the words around it; None where they compare with nothing."""
        cue = self._cue(amount.start, amount.end)
        if amount.plus and cue.direction is None:
            cue = replace(cue, direction=">=")
        if amount.upto is not None and cue.direction in (None, "~"):
            return self._ranged(cue, amount, replace(amount, value=amount.upto))
        if cue.direction is None:
            return self._exact_year(amount) or self._uncompared(amount)
        governing = self._governing(cue)
        if governing and governing.does == "waived":
            return WaivedBound(governing.start, governing.end)
        if governing and cue.direction != "~":
            direction = FLIPPED[cue.direction]
            cue = replace(cue, start=governing.start, end=governing.end, direction=direction)
        if self._of_several(cue):
            return UnplacedBound(cue.start, cue.end, SEVERAL)
        return self._compared(cue, amount)

    def _compared(self, cue: _Cue, amount: Amount) -> Bound | None:
        """The condition of a number whose direction is known."""
        if self._is_model(cue, amount):
            return None
        year = amount.year()
        direction = cue.direction or "="
        if year and not cue.named and (cue.roles == ("year",) or self._is_year(amount) or self._near_year(cue)):
            return self._on_years(self._year_condition(direction, year), cue.start, cue.end)
        if cue.roles == ("year",) and not cue.named:
            return None  # `before 9`: words for years, beside what is none
        # `About five` counts things, `about 5 kg` and `price around 5` measure.
        if cue.direction == "~" and not (amount.dimension or cue.named or self._is_price(cue, amount)):
            return None
        field = self._field(cue, amount)
        if not isinstance(field, KnownField):
            return self._unplaced(field, cue)
        value = self._measured(amount, field)
        # `Not older than two years` names no year.
        if value is None or (field.dimension == "year" and value < EARLIEST):
            return self._unplaced(UNKNOWN, cue)
        condition = self._condition(field, direction, value)
        return FieldBound(field, condition, cue.start, cue.end, self._sureness(cue, amount))

    def _uncompared(self, amount: Amount) -> UnplacedBound | None:
        """A price or measure with no word that compares; a number of anything else counts nothing."""
        if self._ending(self._words.counted, amount.start) and self._is_sum(amount):
            return UnplacedBound(amount.start, amount.end, SEVERAL)
        if amount.implied or amount.dimension is None or amount.dimension in _UNTOLD:
            return None
        return UnplacedBound(amount.start, amount.end, UNCOMPARED)

    def _is_model(self, cue: _Cue, amount: Amount) -> bool:
        """Whether `rtx 2070 or better` names a model: a bare number right behind a word that is no kind of thing."""
        if cue.direction != ">=" or cue.compared_at is not None or cue.named or amount.dimension or amount.plus:
            return False
        word = _WORD_BEFORE.search(self._text, max(0, amount.start - WINDOW), amount.start)
        kinds = (mention.end for mention in self._mentions)
        return word is not None and word.end(1) not in kinds and not self._words.grammar.fullmatch(word[1])

    def _near_year(self, cue: _Cue) -> bool:
        """Whether `around 1650` is about a year: the catalog has years, and no prices."""
        return cue.direction == "~" and bool(self._year_field()) and not self._vocabulary.of_role("price")

    def _is_sum(self, amount: Amount) -> bool:
        """Whether an amount is one of money."""
        bare = amount.dimension is None and self._is_price(_Cue(amount.start, amount.end), amount)
        return bare or amount.currency is not None

    def _is_price(self, cue: _Cue, amount: Amount) -> bool:
        """Whether a bare number may be a price: it is no small one, and counts nothing."""
        return amount.value >= LEAST_PRICE and amount.year() is None and self._uncounted(cue)

    def _governing(self, cue: _Cue) -> Governing | None:
        """What turns a comparison round, or makes it ask for nothing; its stretch takes in that of the comparison."""
        at = cue.start if cue.compared_at is None else cue.compared_at
        direction = cue.direction if cue.deniable and cue.direction else "<="
        governing = self._denials.governing(self._text, at, cue.end, direction, self._mentions)
        if governing is None or (governing.does == "denied" and not cue.deniable):
            return None
        return replace(governing, start=min(cue.start, governing.start), end=max(cue.end, governing.end))

    def _of_several(self, cue: _Cue) -> bool:
        """Whether a limit is for several things together: `two for under 50`, `both together under 400`."""
        return self._of_all or self._ending(self._words.counted, cue.start) is not None

    @cached_property
    def _of_all(self) -> bool:
        """Whether the whole text is of several things that have one limit."""
        words, text = self._words, self._text
        counted = words.total.search(text) is not None and words.count.search(text) is not None
        return counted or words.several.search(text) is not None

    def _ending(self, pattern: re.Pattern[str], end: int) -> re.Match[str] | None:
        """What a pattern finds right before a place of the text."""
        return pattern.search(self._text, max(0, end - WINDOW), end)

    def _measured(self, amount: Amount, field: KnownField) -> float | None:
        """The value as the field measures it; of a rating on the field's own scale."""
        value = amount.measured(field.dimension, field.unit)
        most = field.field.maximum
        if value is None or amount.scale is None or most is None:
            return value
        own = next((scale for scale in _SCALES if most <= scale), None)
        return value if own is None else float(f"{value * own / amount.scale:.4g}")

    def _condition(self, field: KnownField, direction: str, value: float) -> str:
        """The condition behind the field's name, as filters write it; what is near is a stretch around the value."""
        if direction == "<~":
            return f"<={amount_text(value * (1 + NEAR))}"
        if direction != "~":
            return f"{direction}{amount_text(value)}"
        near = NEAR_YEARS if field.dimension == "year" else value * NEAR
        return _spaced(f"{amount_text(value - near)}..{amount_text(value + near)}")

    def _year_condition(self, direction: str, year: int) -> str:
        return f"{year - NEAR_YEARS}..{year + NEAR_YEARS}" if direction == "~" else f"{direction}{year}"

    def _exact_year(self, amount: Amount) -> FieldBound | UnplacedBound | None:
        """The year of `painted in 1888`, `1888年的`; a number that nothing says to be a year is none."""
        year = amount.year()
        if year is None:
            return None
        sign = self._words.year_sign.match(self._text, amount.end)
        if sign and self._words.made_behind.match(self._text, sign.end()):
            return self._on_years(f"={year}", amount.start, sign.end())
        made = self._ending(self._words.made, amount.start)
        if made and self._words.uncounted.match(self._text, amount.end):
            return self._on_years(f"={year}", made.start(), amount.end)
        return None

    def _on_years(self, condition: str, start: int, end: int) -> FieldBound | UnplacedBound:
        field = self._year_field()
        if field is None:
            return UnplacedBound(start, end, UNKNOWN)
        return FieldBound(field, _spaced(condition), start, end, BY_UNIT)

    def _year_field(self) -> KnownField | None:
        return next(iter(self._vocabulary.of_role("year")), None)

    def _is_year(self, amount: Amount) -> bool:
        return self._words.year_sign.match(self._text, amount.end) is not None

    def _cue(self, start: int, end: int) -> _Cue:
        """What is said around a number or period from `start` to `end`."""
        # Names are looked for again after each step, since a comparison may stand between them and the number.
        cue = self._names_around(_Cue(start, end))
        year = self._words.year_sign.match(self._text, cue.end)
        cue = self._compared_after(replace(cue, end=year.end()) if year else cue)
        cue = cue if cue.direction else self._compared_past_thing(cue)
        cue = self._names_around(cue) if not cue.named else cue
        before = self._compared_before(cue)
        cue = before if before.direction else cue
        return self._names_around(cue) if not cue.named else cue

    def _compared_before(self, cue: _Cue) -> _Cue:
        """The cue with what is compared before the number: `no more than about`."""
        begin = max(0, cue.start - WINDOW)
        left = self._text[begin : cue.start]
        matches = [
            match
            for text in dict.fromkeys((left, self._words.before_number.sub("", left)))
            if (match := self._comparator(text))
        ]
        if not matches:
            return cue
        comparator, start = matches[0]
        # Two words of comparison add up: `at most about 50` lets a little more pass.
        if comparator.direction == "~" and matches[-1][0].direction == "<=":
            comparator, start = matches[-1]
        direction, deniable = comparator.direction, comparator.deniable
        if direction == "~" and cue.direction:
            direction, deniable = cue.direction, cue.deniable
        elif direction == "<=" and (cue.direction == "~" or self._words.about.search(left)):
            direction = "<~"
        roles = comparator.roles or cue.roles
        at = begin + start
        return replace(cue, start=at, direction=direction, roles=roles, deniable=deniable, compared_at=at)

    def _comparator(self, text: str) -> tuple[Comparator, int] | None:
        """The words of comparison that a text ends with, and where they begin."""
        for comparator in self._comparators.before:
            if match := comparator.pattern.search(text):
                return comparator, match.start()
        return None

    def _compared_after(self, cue: _Cue) -> _Cue:
        """The cue with what is compared behind the number: `50 or less`, `50以下`."""
        for comparator in self._comparators.behind:
            match = comparator.pattern.match(self._text, cue.end)
            if match and not (comparator.movable and self._belongs_ahead(match.end())):
                direction, roles = comparator.direction, comparator.roles
                return replace(cue, end=match.end(), direction=direction, roles=roles, deniable=comparator.deniable)
        return cue

    def _compared_past_thing(self, cue: _Cue) -> _Cue:
        """The cue with what is compared behind the thing that the number is of: `a 24 inch monitor or larger`."""
        thing = next((mention for mention in self._mentions if 0 <= mention.start - cue.end <= 1), None)
        past = self._compared_after(replace(cue, end=thing.end)) if thing else cue
        return past if past.direction and not past.deniable else cue

    def _belongs_ahead(self, end: int) -> bool:
        """Whether words that end there belong to a number behind them."""
        return any(
            end <= start <= end + NEARLY and self._words.ahead.fullmatch(self._text, end, start)
            for start in self._starts
        )

    def _names_around(self, cue: _Cue) -> _Cue:
        """The cue with the fields that are named right before or behind it."""
        for name in self._names:
            if name.end <= cue.start and self._words.filler.fullmatch(self._text, name.end, cue.start):
                return replace(cue, start=name.start, named=_measurable(name.names))
            behind = name.start >= cue.end and self._words.before_name.fullmatch(self._text[cue.end : name.start])
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
        return self._words.uncounted.match(self._text, cue.end) is not None

    def _sureness(self, cue: _Cue, amount: Amount) -> float:
        return BY_NAME if cue.named else BY_UNIT if amount.dimension else BARE

    def _unplaced(self, why: Note | None, cue: _Cue) -> UnplacedBound | None:
        return UnplacedBound(cue.start, cue.end, why) if why else None


def _with_known_unit(amount: Amount, others: Sequence[Amount]) -> Amount:
    """A bare number with the unit that the same number has elsewhere in the text: `14 inches, so 14 or less`."""
    if amount.dimension is not None:
        return amount
    same = next((other for other in others if other.dimension and other.value == amount.value), amount)
    return replace(amount, unit=same.unit, currency=same.currency)


def _measurable(fields: tuple[KnownField, ...]) -> tuple[KnownField, ...]:
    return tuple(field for field in fields if field.field.type in ("number", "integer", "date"))


def _alike(code: str, other: str) -> bool:
    return code == other or {code, other} == {"CNY", "JPY"}  # both write ¥


def _spaced(condition: str) -> str:
    return condition if condition[0] in "<>=" else f" {condition}"


__all__ = ["Bound", "BoundReader", "FieldBound", "UnplacedBound", "WaivedBound"]
