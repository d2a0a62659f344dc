"""Values fitted to a field: text read by the customs of its column, other values as they are."""

from __future__ import annotations

from retrieval.items import Value
from retrieval.schema import Field
from retrieval.spelling.dates import day_of
from retrieval.spelling.lists import entries_of
from retrieval.spelling.missing import is_missing
from retrieval.spelling.numbers import figure
from retrieval.spelling.truth import truth_of
from retrieval.spelling.units import unit_named
from retrieval.text.values import WHOLE_LIMIT, as_text


def fit(value: Value, field: Field) -> Value:
    """The value as its field has it.

    Raises:
        ValueError: it does not fit.
    """
    if field.type == "list":
        return value if isinstance(value, tuple) else _entries(value, field)
    if field.type == "text":
        return as_text(value)
    if isinstance(value, tuple):
        raise ValueError(value)
    if field.type == "category":
        return as_text(value)
    if field.type == "boolean":
        return _truth(value)
    if field.type == "date":
        return day_of(as_text(value), field.order)
    return _number(value, field)


def _entries(value: str | float | bool, field: Field) -> tuple[str, ...]:
    if not isinstance(value, str):
        return (as_text(value),)
    return tuple(entry for entry in entries_of(value, field.separator) if not is_missing(entry))


def _truth(value: str | float | bool) -> bool:
    truth = truth_of(as_text(value))
    if truth is None:
        raise ValueError(value)
    return truth


def _number(value: str | float | bool, field: Field) -> float | int:
    if isinstance(value, bool):
        raise ValueError(value)
    number = _spelled(value, field) if isinstance(value, str) else value
    if field.type == "number":
        return float(number)
    if isinstance(number, float) and not (number.is_integer() and abs(number) <= WHOLE_LIMIT):
        raise ValueError(value)
    return int(number)


def _spelled(text: str, field: Field) -> float | int:
    digits = text.strip()
    # exactly, beyond what a float holds
    if digits.lstrip("+-").isdecimal() and digits.isascii() and len(digits) <= 18:
        return int(digits)
    number = figure(text)
    if number is None:
        raise ValueError(text)
    return number.value(field.decimal, unit_named(field.unit))
