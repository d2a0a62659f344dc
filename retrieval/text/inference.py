"""The schema of a catalog, learnt from its items in one pass and bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from retrieval.items import Item, Value
from retrieval.schema import BUILT_IN_TYPES, MAX_VALUES, Field, FieldType, Schema
from retrieval.text.values import WHOLE_LIMIT, parse_date

EMPTY: Mapping[str, Field] = MappingProxyType({})
MAX_FIELDS = 1_000  # the most frequent ones are kept
SHORT = 64  # characters; a name or label is not longer

_MAX_TRACKED_FIELDS = 20_000
_MAX_DISTINCT = 5_000  # values of one field; beyond, it is text
_MAX_DISTINCT_IN_ALL = 500_000
_FEW = 50  # values that make a category even if none occurs twice
_FEW_LONG = 0.02  # share of long values that a category may have
_REPEATS = 1.25  # how often a value of a category occurs, at least, where there are many
_SAMPLE = 200  # values looked at for addresses and hashes
_OPAQUE_NAME = re.compile(
    r"(?:.*[^a-z])?(?:ids?|uuid|guid|urls?|uri|href|link|hash|sha1|sha256|md5|checksum)|.*[a-z](?:Ids?|URL|Url|UUID)",
)
_OPAQUE_VALUE = re.compile(
    r"[a-z][a-z0-9+.-]*://\S+|www\.\S+|[0-9a-f]{16,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE
)


@dataclass(slots=True)
class _Budget:
    """How many more distinct values may be kept, over all fields."""

    left: int = _MAX_DISTINCT_IN_ALL


class _FieldStatistics:
    """What the values of one field have in common so far."""

    __slots__ = (
        "_budget",
        "_dates",
        "_long",
        "_opaque",
        "_short",
        "booleans",
        "count",
        "distinct",
        "lists",
        "maximum",
        "minimum",
        "numbers",
        "texts",
        "whole",
    )

    def __init__(self, budget: _Budget) -> None:
        self._budget = budget
        self._dates = True
        self._long = 0
        self._short = 0
        self._opaque = 0
        self.count = 0
        self.texts = 0
        self.lists = 0
        self.booleans = 0
        self.numbers = 0
        self.whole = True
        self.minimum: float | None = None
        self.maximum: float | None = None
        self.distinct: set[str] | None = set()

    def add(self, value: Value) -> None:
        self.count += 1
        if isinstance(value, str):
            self.texts += 1
            self._add_text(value)
        elif isinstance(value, tuple):
            self.lists += 1
            for entry in value:
                self._add_text(entry)
        elif isinstance(value, bool):
            self.booleans += 1
        else:
            self._add_number(value)

    def _add_text(self, text: str) -> None:
        # a sample is enough to tell addresses and hashes from words
        if self.count <= _SAMPLE and _OPAQUE_VALUE.fullmatch(text):
            self._opaque += 1
        if self._dates:
            self._dates = _is_date(text)
        if len(text) > SHORT:
            self._long += 1
        else:
            self._short += 1
            if self.distinct is not None and text not in self.distinct:
                self._add_distinct(self.distinct, text)

    def _add_distinct(self, distinct: set[str], text: str) -> None:
        if len(distinct) == _MAX_DISTINCT or not self._budget.left:
            # a field that gives up counting hands its room to the others
            self._budget.left += len(distinct)
            self.distinct = None
        else:
            self._budget.left -= 1
            distinct.add(text)

    def _add_number(self, number: float) -> None:
        self.numbers += 1
        if self.whole:
            self.whole = isinstance(number, int) or (number.is_integer() and abs(number) <= WHOLE_LIMIT)
        if self.minimum is None or number < self.minimum:
            self.minimum = float(number)
        if self.maximum is None or number > self.maximum:
            self.maximum = float(number)

    def type(self) -> FieldType:
        """The narrowest type that all values fit."""
        if self.lists and self.lists + self.texts == self.count:
            return "list"
        if self.booleans == self.count:
            return "boolean"
        if self.numbers == self.count:
            return "integer" if self.whole else "number"
        if self.texts == self.count and self._dates:
            return "date"
        return "category" if self.texts == self.count and self._repeats() else "text"

    def _repeats(self) -> bool:
        if self.distinct is None or self.long():
            return False
        # labels come again and again, titles do not; of few items nothing can be told, so few values are a category
        return len(self.distinct) <= _FEW or self.texts >= _REPEATS * len(self.distinct)

    def opaque(self) -> bool:
        """Whether the values are addresses or hashes, which say nothing to people."""
        return self._opaque > 0.9 * min(self.count, _SAMPLE)

    def long(self) -> bool:
        """Whether more than a few values are too long for a label."""
        return self._long > _FEW_LONG * self._short

    def constant(self) -> bool:
        """Whether many items all say the same."""
        # what every item says tells none of them apart, and as a word to search by it only costs
        return self.count >= 20 and not self._long and self.distinct is not None and len(self.distinct) == 1

    def ranges(self, field: Field) -> Field:
        """The field with the values or the range seen."""
        if field.type in ("category", "list"):
            few = self.distinct is not None and not self._long and 0 < len(self.distinct) <= MAX_VALUES
            return replace(field, values=tuple(sorted(self.distinct or ())) if few else None)
        if field.type in ("number", "integer"):
            return replace(field, minimum=self.minimum, maximum=self.maximum)
        return field


class SchemaBuilder:
    """Collects what items have in common.

    Args:
        declared: Fields whose type and use are given; only their values and ranges are learnt.
        customs: How other fields are spelled, by name; kept where their values are of that type.
    """

    def __init__(self, declared: Schema | None = None, customs: Mapping[str, Field] = EMPTY) -> None:
        self._declared = declared or Schema([])
        self._customs = customs
        self._budget = _Budget()
        self._seen: dict[str, _FieldStatistics] = {}
        self._currencies: set[str | None] = set()  # of prices; two are enough to know that they differ

    def add(self, item: Item) -> None:
        """Take an item into account."""
        for name in BUILT_IN_TYPES:
            value = item.value(name)
            if value is not None and value != "":
                self._add(name, value)
        for name, value in item.attributes.items():
            self._add(name, value)
        if item.price is not None and len(self._currencies) < 2:
            self._currencies.add(item.currency)

    def _add(self, name: str, value: Value) -> None:
        seen = self._seen.get(name)
        if seen is None:
            # rows with keys made of data, such as an id per column, would otherwise fill the memory
            if len(self._seen) == _MAX_TRACKED_FIELDS:
                return
            seen = self._seen[name] = _FieldStatistics(self._budget)
        seen.add(value)

    def build(self) -> Schema:
        """The schema: declared fields first, then built-in ones, then the others, the most frequent first."""
        declared = [self._learnt(field) for field in self._declared.fields.values()]
        others = [name for name in self._seen if name not in self._declared.fields]
        own = [name for name in BUILT_IN_TYPES if name in others]
        rest = sorted(set(others) - BUILT_IN_TYPES.keys(), key=lambda name: (-self._seen[name].count, name))
        return self._declared.with_fields([*declared, *map(self._inferred, [*own, *rest][:MAX_FIELDS])])

    def _learnt(self, field: Field) -> Field:
        seen = self._seen.get(field.name)
        return seen.ranges(field) if seen else field

    def _inferred(self, name: str) -> Field:
        seen = self._seen[name]
        if name in BUILT_IN_TYPES:
            field = seen.ranges(self._with_customs(Field.of(name, BUILT_IN_TYPES[name])))
            # of several currencies none is the unit of all prices
            return (
                replace(field, unit=next(iter(self._currencies)))
                if name == "price" and len(self._currencies) == 1
                else field
            )
        field = self._with_customs(Field.of(name, seen.type()))
        if seen.opaque() or _OPAQUE_NAME.fullmatch(name):
            return replace(field, filterable=False, searchable=False)
        # entries that are sentences, such as the steps of a recipe, are searched but make no choice in a filter
        if field.type == "list" and seen.long():
            field = replace(field, filterable=False)
        if field.searchable and seen.constant():
            field = replace(field, searchable=False)
        return seen.ranges(field) if field.filterable else field

    def _with_customs(self, field: Field) -> Field:
        own = self._customs.get(field.name)
        if own is None or (own.type != field.type and {own.type, field.type} != {"integer", "number"}):
            return field
        return replace(field, unit=own.unit, decimal=own.decimal, separator=own.separator, order=own.order)


def infer_schema(items: Iterable[Item], declared: Schema | None = None, customs: Mapping[str, Field] = EMPTY) -> Schema:
    """The schema of items, read once. What is declared stays as it is."""
    builder = SchemaBuilder(declared, customs)
    for item in items:
        builder.add(item)
    return builder.build()


def extend_schema(schema: Schema, items: Iterable[Item]) -> Schema:
    """The schema of what was there before and of these items: new fields come to it, no type changes."""
    builder = SchemaBuilder(schema)
    for item in items:
        builder.add(item)
    built = builder.build().fields
    known = [_widened(field, built[name]) for name, field in schema.fields.items()]
    new = [field for name, field in built.items() if name not in schema.fields]
    return schema.with_fields([*known, *new[: max(0, MAX_FIELDS - len(known))]])


def _widened(field: Field, seen: Field) -> Field:
    """The field with its own values and range and those of `seen`; the values of an open field stay open."""
    # no new item named it
    if seen is field:
        return field
    values = None
    if field.values is not None and seen.values is not None:
        together = {*field.values, *seen.values}
        values = tuple(sorted(together)) if len(together) <= MAX_VALUES else None
    least = [bound for bound in (field.minimum, seen.minimum) if bound is not None]
    most = [bound for bound in (field.maximum, seen.maximum) if bound is not None]
    return replace(field, values=values, minimum=min(least, default=None), maximum=max(most, default=None))


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True
