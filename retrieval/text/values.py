"""Values of fields: numbers and days read from plain text, and values written as text."""

from __future__ import annotations

import math
import re
from datetime import date

from retrieval.items import Value

WHOLE_LIMIT = 2**53  # beyond it a float no longer tells neighbouring whole numbers apart

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?")


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
