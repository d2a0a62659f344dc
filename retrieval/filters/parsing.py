"""Filters from text, such as `price<=50`, `category in A, B`, `tags has water` or `year 1600..1700`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from typing import cast

from retrieval.catalog.cleaning import clean_text
from retrieval.catalog.problems import shown
from retrieval.errors import FilterError
from retrieval.filters.conditions import MANY, OPS_OF, PLAIN_NAME, Filter, FilterValue, Op
from retrieval.schema import Field, FieldType, Schema
from retrieval.text.values import parse_date, parse_number

TEXT_LIMIT = 2_000  # characters of one filter
_SHOWN_FIELDS = 30
_EXAMPLES = "Write it like price<=50, category=Chairs, category in Chairs, Tables, tags has water or year 1600..1700."
_QUOTED = r""""(?:[^"]|"")*"|'(?:[^']|'')*'"""
_NAME = re.compile(rf"{_QUOTED}|{PLAIN_NAME.pattern}")
_CONDITION = re.compile(
    r"\s*(?>(?P<symbol>==|!=|<>|<=|>=|=|<|>|≤|≥|≠))\s*(?P<of_symbol>.+)"
    r"|\s+(?P<word>in|not\s+in|has\s+not|has\s+any|has\s+none|has)\s+(?P<of_word>.+)"
    r"|\s+(?P<range>\S+\s*\.\.\s*\S+)",
    re.IGNORECASE | re.DOTALL,
)
_NEXT = re.compile(rf"\s*(?P<one>{_QUOTED}|[^,\"'][^,]*)\s*(?P<end>,|$)", re.DOTALL)
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_ALIASES: dict[str, Op] = {"==": "=", "<>": "!=", "≤": "<=", "≥": ">=", "≠": "!="}
_ON_LISTS: dict[Op, Op] = {"=": "has", "!=": "has not", "in": "has any", "not in": "has none"}
_ORDERED_TYPES: tuple[FieldType, ...] = ("number", "integer", "date")
_SYMBOL = re.compile(r"[<>=!≤≥≠]")


def parse_filter(text: str, schema: Schema) -> Filter:
    """The filter a text spells. Names of fields and known values may be in any case.

    Raises:
        FilterError: it is malformed, or names a field, operator or value that the schema does not allow.
    """
    if len(text) > TEXT_LIMIT:
        raise FilterError(f"The filter has {len(text):,} characters.", f"Keep it under {TEXT_LIMIT:,}.")
    text = clean_text(text)
    field, rest = _field(text, schema)
    condition = _CONDITION.fullmatch(rest)
    if condition is None:
        raise FilterError(f"{shown(text)} is not a filter.", f"{_EXAMPLES} {_fields(schema)}")
    op, values = _op_and_values(condition)
    return _checked(field, op, values, schema)


def _field(text: str, schema: Schema) -> tuple[Field, str]:
    """The field a filter begins with, and what follows its name."""
    match = _NAME.match(text)
    name = _unquoted(match[0]) if match else ""
    field = schema.find(name) if match else None
    # a name in quotation marks is meant as it stands; a bare one only where a condition follows
    if match and field and (match[0] != name or _CONDITION.fullmatch(text[match.end() :])):
        rest = text[match.end() :]
    else:
        field, rest = _field_of_several_words(text, schema) or (field, text[match.end() if match else 0 :])
    if field is None:
        name = _SYMBOL.split(text)[0].strip() if _SYMBOL.search(text) else name
        near = _closest(name, [field.name for field in schema.filterable()])
        raise FilterError(f"There is no field {shown(name)} to filter on.{near}", _fields(schema))
    if not field.filterable:
        raise FilterError(f"The field '{field.name}' cannot be filtered on.", _fields(schema))
    return field, rest


def _field_of_several_words(text: str, schema: Schema) -> tuple[Field, str] | None:
    fitting = [field for field in schema.filterable() if text.casefold().startswith(field.name.casefold())]
    # the longest first: `display size` before `display`
    for field in sorted(fitting, key=lambda field: -len(field.name)):
        rest = text[len(field.name) :]
        if _CONDITION.fullmatch(rest):
            return field, rest
    return None


def _op_and_values(condition: re.Match[str]) -> tuple[Op, list[str]]:
    if condition["range"]:
        return "..", _ends(condition["range"])
    if condition["symbol"]:
        op = _ALIASES.get(condition["symbol"], cast(Op, condition["symbol"]))
        return op, [condition["of_symbol"]]
    op = cast(Op, " ".join(condition["word"].lower().split()))
    return op, [condition["of_word"]]


def _ends(text: str) -> list[str]:
    return [end.strip() for end in text.split("..", 1)]


def _checked(field: Field, op: Op, texts: list[str], schema: Schema) -> Filter:
    if field.type == "list":
        op = _ON_LISTS.get(op, op)
    elif field.type in _ORDERED_TYPES and op in ("=", "in") and ".." in texts[0]:
        op, texts = "..", _ends(texts[0])
    if op not in OPS_OF[field.type]:
        raise FilterError(
            f"'{op}' does not apply to '{field.name}', which is of type {field.type}.",
            f"With it you can use: {', '.join(OPS_OF[field.type])}. {_fields(schema)}",
        )
    if op in MANY:
        texts = _split(texts[0], schema)
    elif op != "..":
        texts = [_single(texts[0], schema)]
    if field.type == "date":
        return _date_filter(field, op, texts, schema)
    values = tuple(_value(field, text, schema) for text in texts)
    if op == ".." and cast(float, values[0]) > cast(float, values[1]):
        raise _empty_range(texts)
    return Filter(field.name, op, values)


def _split(text: str, schema: Schema) -> list[str]:
    """Values between commas; quotation marks keep commas within a value."""
    values: list[str] = []
    at = 0
    while match := _NEXT.match(text, at):
        values.append(_unquoted(match["one"].strip()))
        at = match.end()
        if not match["end"]:
            return values
    raise FilterError(f"{shown(text)} is not a list of values.", f'Write it like A, B or "A, B", C. {_fields(schema)}')


def _single(text: str, schema: Schema) -> str:
    if text[0] not in "\"'":
        return text.strip()
    if not re.fullmatch(_QUOTED, text):
        raise FilterError(f"In {shown(text)} a quotation mark is not closed.", f"Close it. {_fields(schema)}")
    return _unquoted(text)


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] not in "\"'" or text[0] != text[-1]:
        return text
    return text[1:-1].replace(text[0] * 2, text[0])


def _value(field: Field, text: str, schema: Schema) -> FilterValue:
    if field.type in _ORDERED_TYPES:
        try:
            return parse_number(text)
        except ValueError as error:
            raise _wrong_value(field, text, "a number", schema) from error
    if field.type == "boolean":
        if text.lower() not in ("true", "false", "yes", "no"):
            raise _wrong_value(field, text, "true or false", schema)
        return text.lower() in ("true", "yes")
    if not text:
        raise _wrong_value(field, text, "a value", schema)
    return _known(field, text, schema) if field.values else text


def _known(field: Field, text: str, schema: Schema) -> str:
    """The value as the catalog spells it."""
    values = field.values or ()
    if text in values:
        return text
    for value in values:
        if value.casefold() == text.casefold():
            return value
    what = f"No item has {shown(text)} as '{field.name}'.{_closest(text, values)}"
    raise FilterError(what, f"Its values are: {_some(values, 20)}. {_fields(schema)}")


def _date_filter(field: Field, op: Op, texts: list[str], schema: Schema) -> Filter:
    """A year or month stands for all its days."""
    periods = [_period(field, text, schema) for text in texts]
    (first, last), (_, end) = periods[0], periods[-1]
    if op == "..":
        if first > end:
            raise _empty_range(texts)
        return Filter(field.name, "..", (first, end))
    if op in ("<", ">="):
        return Filter(field.name, op, (first,))
    if op in (">", "<="):
        return Filter(field.name, op, (last,))
    if all(start == stop for start, stop in periods):
        return Filter(field.name, op, tuple(start for start, _ in periods))
    if op == "=":
        return Filter(field.name, "..", (first, last))
    raise _wrong_value(field, ", ".join(texts), "whole dates such as 1999-12-31", schema)


def _period(field: Field, text: str, schema: Schema) -> tuple[date, date]:
    """First and last day of what a date, a month or a year spells."""
    try:
        match = _PERIOD.fullmatch(text)
        if match is None:
            return parse_date(text), parse_date(text)
        year, month = int(match[1]), int(match[2] or 0)
        first = date(year, month or 1, 1)
        return first, date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError as error:
        raise _wrong_value(field, text, "a date such as 1999-12-31, a month or a year", schema) from error


def _wrong_value(field: Field, text: str, wanted: str, schema: Schema) -> FilterError:
    return FilterError(f"{shown(text)} is not {wanted}, which '{field.name}' needs.", _fields(schema))


def _empty_range(texts: list[str]) -> FilterError:
    return FilterError(f"The range {texts[0]}..{texts[1]} ends before it begins.", f"Write {texts[1]}..{texts[0]}.")


def _fields(schema: Schema) -> str:
    fields = [f"{field.name} ({field.type})" for field in schema.filterable()]
    return f"Fields: {_some(fields, _SHOWN_FIELDS)}." if fields else "This catalog has no field to filter on."


def _some(texts: Sequence[str], limit: int) -> str:
    rest = len(texts) - limit
    return ", ".join(texts[:limit]) + (f" and {rest} more" if rest > 0 else "")


def _closest(wrong: str, right: Sequence[str]) -> str:
    by_fold = {text.casefold(): text for text in right}
    near = get_close_matches(wrong.casefold(), by_fold, n=1, cutoff=0.6)
    return f" Did you mean '{by_fold[near[0]]}'?" if near else ""
