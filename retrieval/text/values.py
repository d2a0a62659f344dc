"""Values of fields: reading them from text, and fitting them to a declared type."""

from __future__ import annotations

import math
import re
from datetime import date

from retrieval.items import Value
from retrieval.schema import FieldType

WHOLE_LIMIT = 2**53  # beyond it a float no longer tells neighbouring whole numbers apart

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?")
_PRICE = re.compile(r"(?:[A-Z]{3}|\p)?\s*([0-9][0-9.,'\s]*)\s*(?:[A-Z]{3}|\p)?".replace(r"\p", "[$€£¥₹₽₩₺฿]"))
_GROUPED = re.compile(r"[0-9]{1,3}(?:([,.' ])[0-9]{3})(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]{1,2})?")
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})


def parse_number(text: str) -> float:
    """The number a text spells, with a point for decimals.

    Raises:
        ValueError: it spells none, or one too large to hold.
    """
    # the longest double in plain digits has 309 before its point; beyond this no number is meant
    if len(text) > 400 or not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def parse_date(text: str) -> date:
    """The day of an ISO date, or of an ISO date and time.

    Raises:
        ValueError: it is not one.
    """
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text[:10])


def parse_price(value: object) -> float:
    """A price from a number, or from text such as `$1,299.00`, `49,99 €` or `EUR 12`.

    Raises:
        ValueError: it is not a finite number of zero or more.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    price = _price_of_text(value.strip()) if isinstance(value, str) else float(value)
    if not math.isfinite(price) or price < 0:
        raise ValueError(value)
    return price


def _price_of_text(text: str) -> float:
    if len(text) <= 40 and _NUMBER.fullmatch(text):
        return float(text)
    match = _PRICE.fullmatch(text) if len(text) <= 40 else None
    if match is None:
        raise ValueError(text)
    digits = match[1].strip()
    # in `1,299` three digits behind the mark make it a thousand, in `12,5` one digit makes it a fraction
    grouped = _GROUPED.fullmatch(digits)
    if grouped:
        digits = digits.replace(grouped[1], "")
    return parse_number(digits.replace(",", "."))


def as_text(value: Value) -> str:
    """A value as people write it."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return str(value)


def number_text(number: float) -> str:
    """The shortest text that reads back as the same number, without a needless `.0`."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def fit(value: Value, type_: FieldType) -> Value:
    """The value as its declared type.

    Raises:
        ValueError: it does not fit.
    """
    if type_ == "list":
        return value if isinstance(value, tuple) else (as_text(value),)
    if type_ == "text":
        return as_text(value)
    if isinstance(value, tuple):
        raise ValueError(value)
    if type_ == "category":
        return as_text(value)
    if type_ == "boolean":
        return _fit_boolean(value)
    if type_ == "date":
        parse_date(as_text(value))
        return as_text(value)
    return _fit_number(value, type_)


def _fit_boolean(value: str | float | int | bool) -> bool:
    text = as_text(value).lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ValueError(value)


def _fit_number(value: str | float | int | bool, type_: FieldType) -> float | int:
    if isinstance(value, bool):
        raise ValueError(value)
    if isinstance(value, str):
        value = int(value) if _INTEGER.fullmatch(value) else parse_number(value)
    if type_ == "number":
        return float(value)
    if isinstance(value, float) and not (value.is_integer() and abs(value) <= WHOLE_LIMIT):
        raise ValueError(value)
    return int(value)
