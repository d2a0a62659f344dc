"""Moments as files write them: numbers of seconds, ISO dates, and what programs and people write in their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Literal

from retrieval.importers.words import by_language, folded
from retrieval.text.values import parse_number

DayOrder = Literal["day", "month"]
"""Whether the day or the month comes first, in dates such as 03/04/2013."""

_MILLISECONDS, _MICROSECONDS, _NANOSECONDS = 1e11, 1e14, 1e17  # a time in seconds reaches the first in the year 5138
_COMPACT = re.compile(r"(19\d\d|20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d))?")
_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2})(?::|时|h)(\d{2})(?:[:分](\d{2})(?:[.,](\d{1,9}))?)?\s*[分秒]?"
    r"(?:\s*(a\.?m\.?|p\.?m\.?)(?![^\W\d]))?",
    re.IGNORECASE,
)
_ZONE = re.compile(r"(?<=\s)([+-])(\d{2}):?(\d{2})(?!\d)|(?<=\d)([+-])(\d{2}):(\d{2})$")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_NUMERIC = re.compile(r"\s*(\d{1,4})\s*[/.\-年 ]\s*(\d{1,2})\s*[/.\-月 ,]\s*(\d{1,4})\s*日?\s*,?\s*")
_LONGEST = 80  # characters of a cell that is worth looking at


class DayOrderUnknown(ValueError):
    """A date can be read in two ways."""


def seconds(value: object, order: DayOrder | None = None) -> float:
    """Seconds since 1970-01-01 UTC; what names no zone is taken as UTC.

    Args:
        order: What comes first in dates of which that cannot be told.

    Raises:
        DayOrderUnknown: day and month cannot be told apart, and `order` does not say.
        ValueError: it is no moment.
    """
    if isinstance(value, str):
        return _of_text(value.strip(), order)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(float(value))
    raise ValueError(value)


def order_of(text: str) -> DayOrder | None:
    """What comes first in a date, where it can be told from it alone; None where it cannot, or no day does."""
    match = _NUMERIC.fullmatch(_without_clock(text)[0]) if len(text) <= _LONGEST else None
    if match is None or len(match[1]) > 2:
        return None
    first, second = int(match[1]), int(match[2])
    return "day" if first > 12 >= second else "month" if second > 12 >= first else None


def _of_number(number: float) -> float:
    for limit, parts in ((_NANOSECONDS, 1e9), (_MICROSECONDS, 1e6), (_MILLISECONDS, 1e3)):
        if number >= limit:
            return number / parts
    return number


def _of_text(text: str, order: DayOrder | None) -> float:
    if len(text) > _LONGEST:
        raise ValueError(text)
    if compact := _COMPACT.fullmatch(text):  # which as a number of seconds would be a day of 1970
        year, month, day, hour, minute, second = (int(part or 0) for part in compact.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    try:
        return _of_number(parse_number(text))
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _written(unicodedata.normalize("NFKC", text), order)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _written(text: str, order: DayOrder | None) -> datetime:
    date, clock, zone = _without_clock(text)
    match = _NUMERIC.fullmatch(date)
    if "." in date:  # 3.4.2013 is written where the day comes first
        order = order or "day"
    year, month, day = _of_numbers([*match.groups()], order) if match else _of_words(date)
    return datetime(year, month, day, tzinfo=zone) + clock


def _without_clock(text: str) -> tuple[str, timedelta, timezone]:
    """The text without its time of day and zone, and these."""
    zone, offset = UTC, _ZONE.search(text)
    if offset and ":" in text:
        sign, hours, minutes = (part for part in offset.groups() if part)
        zone = timezone((1 if sign == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes)))
        text = text[: offset.start()] + " " + text[offset.end() :]
    clock = _CLOCK.search(text)
    if clock is None:
        return text, timedelta(), zone
    hours, minutes, whole, fraction, half = clock.groups()
    hour = int(hours)
    if half:
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    if hour > 23 or int(minutes) > 59:
        raise ValueError(text)
    passed = timedelta(hours=hour, minutes=int(minutes), seconds=float(f"{whole or 0}.{fraction or 0}"))
    rest = f"{text[: clock.start()]} {text[clock.end() :]}".strip()
    return re.sub(r"(?:[\s,T]|UTC|GMT|Z)+$", "", rest), passed, zone


def _of_numbers(parts: Sequence[str], order: DayOrder | None) -> tuple[int, int, int]:
    first, second, third = parts
    if len(first) == 4:
        return int(first), int(second), int(third)
    if len(first) == 3 or len(third) not in (2, 4):
        raise ValueError(parts)
    a, b = int(first), int(second)
    if a <= 12 and b <= 12 and a != b and order is None:
        raise DayOrderUnknown(parts)
    day_first = a > 12 or (b <= 12 and order == "day")
    return _year(third), *((b, a) if day_first else (a, b))


def _of_words(text: str) -> tuple[int, int, int]:
    """A date that names its month."""
    month, numbers = 0, list[str]()
    for token in _TOKEN.findall(text):
        if token[0].isdecimal():
            numbers.append(token)
            continue
        word = folded(token)
        if not month and word in _months():
            month = _months()[word]
        elif word not in _beside():
            raise ValueError(text)
    if not month or len(numbers) != 2:
        raise ValueError(text)
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    if len(year) not in (2, 4):
        raise ValueError(text)
    return _year(year), month, int(day)


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


@cache
def _months() -> Mapping[str, int]:
    lists = by_language("times")["months"].values()
    return {
        folded(form): number for forms in lists for number, names in enumerate(forms, start=1) for form in names.split()
    }


@cache
def _beside() -> frozenset[str]:
    return frozenset(folded(word) for words in by_language("times")["beside"].values() for word in words)


__all__ = ["DayOrder", "DayOrderUnknown", "order_of", "seconds"]
