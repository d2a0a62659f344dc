"""One column of a table: what most of its cells are, by which customs, and which cells are something else."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from retrieval.schema import DayOrder, Decimal, Field
from retrieval.spelling import dates
from retrieval.spelling.grammar import folded, names
from retrieval.spelling.list_marks import ListMarks
from retrieval.spelling.missing import is_missing
from retrieval.spelling.numbers import NumberFacts, facts_of, figure
from retrieval.spelling.truth import truth_of
from retrieval.spelling.units import SpelledUnit, unit_in

MOST = 0.9  # share of its cells that a column's type must fit
MOST_NAMED = 0.6  # where its name says that it is of that type
EARLY = 1_000  # cells after which readings that hardly any cell fits are given up
EARLY_SHARE = 0.1
_CODE = re.compile(r"[+]?0[0-9]+|\+[0-9 ].*|[0-9]+E[0-9]+|0[0-9]+[.,][0-9]+")
_SHORTEST_DAY = 6  # characters: 1/1/99
_MOST_SHAPES = 5_000
SHAPE = str.maketrans("23456789", "99999999")
_LONG_CODE = 9  # digits; whole numbers of one length from here on are numbers of things
_EXACT = 15  # digits that a float tells apart


@dataclass(slots=True)
class _Fitting:
    """How many cells fit a reading, and the first that do not."""

    fits: int = 0
    others: dict[str, int] = field(default_factory=dict)

    def count(self, cell: str, fits: bool) -> None:
        if fits:
            self.fits += 1
        elif cell in self.others or len(self.others) < 3:
            self.others[cell] = self.others.get(cell, 0) + 1


class Column:
    """Collects the cells of a column; every one is looked at, none is kept but a few examples."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0
        self.texts = 0
        self.about: list[str] = []
        self._numbers, self._days, self._truths, self._lists = _Fitting(), _Fitting(), _Fitting(), _Fitting()
        self._decimals: Counter[Decimal] = Counter()
        self._units: Counter[SpelledUnit | None] = Counter()
        self._orders: Counter[DayOrder] = Counter()
        self._marks = ListMarks()
        self._lengths: Counter[int] = Counter()
        self._truth_words: Counter[str] = Counter()
        self._fractions = self._codes = self._open = self._dotted = 0
        self._open_days = self._longest = 0
        self._code_name = names("codes", name)
        self._known: dict[str, NumberFacts | None] = {}

    def add(self, cell: object) -> None:
        """Take a cell into account."""
        if isinstance(cell, str):
            if not is_missing(cell) and cell.strip():
                self._add_text(cell.strip())
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            self.count += 1
            self._numbers.fits += 1
            self._units[None] += 1
            self._fractions += isinstance(cell, float) and not cell.is_integer()
        elif cell is not None:
            self.count += 1

    def votes(self) -> Counter[Decimal]:
        """How many cells show each decimal mark."""
        return self._decimals

    def decide(self, likely: Decimal | None = None) -> Field | None:
        """The column as a field with its customs; None where it is text as it stands.

        Args:
            likely: The decimal mark of the table's other columns, for one that does not show its own.
        """
        if not self.texts:
            return None
        return self._truth() or self._day() or self._number(likely) or self._list()

    def misfits(self, type_: str) -> tuple[int, tuple[str, ...]]:
        """How many cells are not of the column's type, and the first of them."""
        tally = {"boolean": self._truths, "date": self._days}.get(type_, self._numbers)
        return self.count - tally.fits, tuple(tally.others)

    @property
    def open_days(self) -> bool:
        """Whether it has dates that read either way, and nothing tells how."""
        fits = self._days.fits + self._open_days >= self._least("days")
        return bool(self._open_days) and not self._orders and fits

    def _add_text(self, cell: str) -> None:
        self.count += 1
        self.texts += 1
        self._longest = max(self._longest, len(cell))
        self._codes += bool(_CODE.fullmatch(cell))
        if not self._given_up(self._numbers):
            self._add_number(cell)
        if not self._given_up(self._days):
            self._add_day(cell)
        if not self._given_up(self._truths):
            self._add_truth(cell)
        self._marks.add(cell)

    def _given_up(self, tally: _Fitting) -> bool:
        return self.texts > EARLY and tally.fits < EARLY_SHARE * EARLY

    def _add_number(self, cell: str) -> None:
        facts = self._facts(cell)
        self._numbers.count(cell, facts is not None)
        if facts is None:
            return
        self._units[facts.unit] += 1
        if cell.isdecimal():
            self._lengths[len(cell)] += 1
            return
        if facts.shown:
            self._decimals[facts.shown] += 1
        self._open += facts.open
        self._dotted += facts.open and "." in cell
        self._fractions += facts.fraction
        if facts.about and len(self.about) < 3:
            self.about.append(cell)

    def _facts(self, cell: str) -> NumberFacts | None:
        """What is to be known of a cell's number, which cells of one shape share: `2,5 kg` and `8,7 kg`."""
        shape = cell.translate(SHAPE)
        if shape not in self._known:
            if len(self._known) == _MOST_SHAPES:
                self._known.clear()
            number = figure(cell)
            self._known[shape] = facts_of(number) if number else None
        return self._known[shape]

    def _add_day(self, cell: str) -> None:
        if len(cell) < _SHORTEST_DAY or len(cell) > dates.LONGEST or not any(map(str.isdigit, cell)):
            self._days.count(cell, fits=False)
            return
        if shown := dates.order_shown(cell):
            self._orders[shown] += 1
        is_open = dates.is_open(cell)
        self._open_days += is_open
        self._days.count(cell, fits=not is_open and _is_day(cell))

    def _add_truth(self, cell: str) -> None:
        truth = truth_of(cell)
        self._truths.count(cell, truth is not None)
        if truth is not None:
            self._truth_words[folded(cell)] += 1

    def _least(self, key: str) -> float:
        return (MOST_NAMED if names(key, self.name) else MOST) * self.count

    def _truth(self) -> Field | None:
        flagged = names("flags", self.name)
        if not self._truths.fits or self._truths.fits < (MOST_NAMED if flagged else MOST) * self.count:
            return None
        spelled = {word for word in self._truth_words if word not in ("0", "1")}
        both = {truth_of(word) for word in self._truth_words} == {True, False}
        # 1 and 0 may as well be counted things, and Y alone a size
        sure = flagged or (both and bool(spelled)) or spelled & {"true", "false", "yes", "no"} == spelled != set()
        return Field.of(self.name, "boolean") if sure else None

    def _day(self) -> Field | None:
        order = next((order for order, _ in self._orders.most_common(1)), None)
        fits = self._days.fits + (self._open_days if order else 0)
        if not fits or fits < self._least("days"):
            return None
        self._days.fits = fits
        return replace(Field.of(self.name, "date"), order=order)

    def _number(self, likely: Decimal | None) -> Field | None:
        if not self._numbers.fits or self._numbers.fits < self._least("figures") or self._is_code():
            return None
        unit = self._unit()
        if (
            unit is None
            and any(self._units[own] for own in self._units if own)
            and self._unitless() < MOST * self.count
        ):
            return None
        decimal = self._decimal(likely)
        type_ = "integer" if self._is_whole(decimal, unit) else "number"
        own = Field.of(self.name, "integer" if type_ == "integer" else "number")
        return replace(own, decimal=decimal, unit=unit.name if unit else None)

    def _is_code(self) -> bool:
        if self._code_name or self._codes:
            return True
        whole = sum(self._lengths.values())
        length, same = self._lengths.most_common(1)[0] if self._lengths else (0, 0)
        return length > _EXACT or (length >= _LONG_CODE and same == whole == self.count and whole > 1)

    def _unitless(self) -> int:
        return self._units[None]

    def _unit(self) -> SpelledUnit | None:
        """The unit of the column: that of its name, else the most frequent, the smaller of two."""
        spelled = [(unit, count) for unit, count in self._units.items() if unit]
        dimensions = {unit.dimension for unit, _ in spelled}
        if len(dimensions) != 1:
            return None
        named = unit_in(self.name)
        if named and named.dimension in dimensions:
            return named
        return min(spelled, key=lambda entry: (-entry[1], entry[0].worth))[0]

    def _decimal(self, likely: Decimal | None) -> Decimal | None:
        """The decimal mark; only where cells have one that could be read otherwise."""
        if self._decimals:
            return self._decimals.most_common(1)[0][0] if self._open or self._decimals["comma"] else None
        if not self._open:
            return None
        if self._open == self._dotted:
            return likely or ("comma" if names("figures", self.name) and self._is_count() else None)
        # commas before three digits, all of them: thousands, unless the table writes its decimals so
        return likely if likely == "comma" and self._dotted else "point"

    def _is_count(self) -> bool:
        return names("counts", self.name)

    def _is_whole(self, decimal: Decimal | None, unit: SpelledUnit | None) -> bool:
        if self._fractions:
            return False
        if self._open and (decimal or "point") != ("comma" if self._dotted else "point"):
            return False
        return unit is None or all(own is None or own.worth >= unit.worth for own in self._units)

    def _list(self) -> Field | None:
        separator = self._marks.decide(self.name, self.count)
        return replace(Field.of(self.name, "list"), separator=separator) if separator else None


def _is_day(cell: str) -> bool:
    try:
        dates.day_of(cell)
    except ValueError:
        return False
    return True
