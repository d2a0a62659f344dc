"""One must-have: what it asks of a field, whether an item meets it, and its text."""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from retrieval.items import Item, Value
from retrieval.schema import FieldType
from retrieval.text.values import number_text, parse_date

Op = Literal["=", "!=", "<", "<=", ">", ">=", "..", "in", "not in", "has", "has not", "has any", "has none"]
FilterValue = str | float | bool | date
Key = str | float

NEGATIVE: frozenset[Op] = frozenset({"!=", "not in", "has not", "has none"})
MANY: frozenset[Op] = frozenset({"in", "not in", "has any", "has none"})
ORDERED: Mapping[Op, Callable[[float, float], bool]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)
_ORDERED_OPS: tuple[Op, ...] = ("=", "!=", "<", "<=", ">", ">=", "..", "in")
_NAMED_OPS: tuple[Op, ...] = ("=", "!=", "in", "not in")
OPS_OF: Mapping[FieldType, tuple[Op, ...]] = MappingProxyType(
    {
        "number": _ORDERED_OPS,
        "integer": _ORDERED_OPS,
        "date": _ORDERED_OPS,
        "category": _NAMED_OPS,
        "text": _NAMED_OPS,
        "boolean": ("=", "!="),
        "list": ("has", "has not", "has any", "has none"),
    }
)
_KIND_OF: Mapping[FieldType, type] = MappingProxyType(
    {
        "number": float,
        "integer": float,
        "date": date,
        "category": str,
        "text": str,
        "boolean": bool,
        "list": str,
    }
)
PLAIN_NAME = re.compile(r"""[^\s<>=!≤≥≠"']+""")
_PLAIN_VALUE = re.compile(r"""[^\s<>=!≤≥≠"',](?:[^,\n]*[^\s,])?""")
_LIKE_OPERATOR = re.compile(r"(?:not|any|none)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one field, made by `parse_filter`.

    Attributes:
        field: Name as the schema spells it.
        op: What is asked; `..` is a range with both ends in it.
        values: One value; two for `..`; one or more for `in`, `not in`, `has any` and `has none`.
    """

    field: str
    op: Op
    values: tuple[FilterValue, ...]

    def matches(self, item: Item) -> bool:
        """Whether the item meets it. An item without a value meets only negative ones."""
        keys = keys_of(item.value(self.field), type(self.values[0]))
        wanted = self.keys()
        if self.op in ORDERED:
            return any(ORDERED[self.op](key, wanted[0]) for key in keys)  # type: ignore[arg-type]  # all numbers
        if self.op == "..":
            return any(wanted[0] <= key <= wanted[1] for key in keys)  # type: ignore[operator]  # all numbers
        return any(key in wanted for key in keys) != (self.op in NEGATIVE)

    def keys(self) -> tuple[Key, ...]:
        """The values as they are compared."""
        return tuple(_key(value) for value in self.values)

    def __str__(self) -> str:
        name = self.field if PLAIN_NAME.fullmatch(self.field) else _quoted(self.field)
        values = [_value_text(value) for value in self.values]
        if self.op == "..":
            return f"{name} {values[0]}..{values[1]}"
        if self.op.isascii() and self.op[0].isalpha():
            return f"{name} {self.op} {', '.join(values)}"
        return f"{name}{self.op}{values[0]}"


def kind_of(type_: FieldType) -> type:
    """Class of the filter values for a field of that type."""
    return _KIND_OF[type_]


def keys_of(value: Value | None, kind: type) -> tuple[Key, ...]:
    """A value as filters of that kind compare it: words without case, numbers, days; empty if there is none."""
    if value is None:
        return ()
    if kind is str:
        texts = value if isinstance(value, tuple) else (value,)
        return tuple(text.casefold() for text in texts if isinstance(text, str))
    if kind is date:
        return _day(value)
    # numbers and truth values never equal each other here, though Python takes True for 1
    if isinstance(value, str | tuple) or isinstance(value, bool) != (kind is bool):
        return ()
    return (float(value),)


def _day(value: Value) -> tuple[Key, ...]:
    if not isinstance(value, str):
        return ()
    try:
        return (float(parse_date(value).toordinal()),)
    except ValueError:
        return ()


def _key(value: FilterValue) -> Key:
    if isinstance(value, str):
        return value.casefold()
    return float(value.toordinal() if isinstance(value, date) else value)


def _value_text(value: FilterValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    plain = _PLAIN_VALUE.fullmatch(value) and not _LIKE_OPERATOR.match(value)
    # an accent at the front would join the operator before it and change what is read back
    return value if plain and not unicodedata.combining(value[0]) else _quoted(value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
