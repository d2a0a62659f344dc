"""Days as people write them: `31/12/1999`, `31. Dezember 1999`, `Dec 31, 1999`, `1999年12月31日`."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from retrieval.schema import DayOrder
from retrieval.spelling.grammar import folded, months, one_of, plain
from retrieval.text.values import parse_date

LONGEST = 40  # characters
_PIVOT = 30  # a year of two digits below it is of this century, as spreadsheets have it
_TIME = r"(?:[ T,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?\s*(?:am|pm)?(?:\s*(?:z|utc|[+-][0-9:]{4,6}))?)?"
_NUMERIC = re.compile(rf"([0-9]{{1,2}})([./-])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}", re.IGNORECASE)
_YEAR_FIRST = re.compile(
    rf"([0-9]{{4}})(?:[./-]([0-9]{{1,2}})[./-]([0-9]{{1,2}})|年([0-9]{{1,2}})月([0-9]{{1,2}})[日号]){_TIME}",
    re.IGNORECASE,
)


def day_of(text: str, order: DayOrder | None = None) -> str:
    """The day as ISO writes it; ISO dates, with or without a time, stay as they are.

    Args:
        order: What comes first where both numbers may be months.

    Raises:
        ValueError: it is no day, or reads either way.
    """
    flat = plain(text)
    if len(flat) > LONGEST:
        raise ValueError(text)
    try:
        parse_date(flat)
    except ValueError:
        return _day(flat, order).isoformat()
    return flat


def order_shown(text: str) -> DayOrder | None:
    """What comes first in a date of numbers, where it shows that; a point stands behind days alone."""
    match = _NUMERIC.fullmatch(plain(text)) if len(text) <= LONGEST else None
    if match is None or match[1] == match[3]:
        return None
    if match[2] == "." or int(match[1]) > 12:
        return "day"
    return "month" if int(match[3]) > 12 else None


def is_open(text: str) -> bool:
    """Whether a date of numbers reads either way."""
    match = _NUMERIC.fullmatch(plain(text)) if len(text) <= LONGEST else None
    return match is not None and match[1] != match[3] and order_shown(text) is None


def _day(text: str, order: DayOrder | None) -> date:
    if match := _YEAR_FIRST.fullmatch(text):
        return date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
    if match := _NUMERIC.fullmatch(text):
        shown = order_shown(text) or order
        if shown is None and match[1] != match[3]:
            raise ValueError(text)
        day, month = (match[3], match[1]) if shown == "month" else (match[1], match[3])
        return date(_year(match[4]), int(month), int(day))
    if match := _named().fullmatch(folded(text)):
        month_name = match["month"] or match["first"]
        return date(_year(match["year"]), months()[month_name.removesuffix(".")], int(match["day"] or match["second"]))
    raise ValueError(text)


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < _PIVOT else 1900)


@cache
def _named() -> re.Pattern[str]:
    month = one_of(months())
    ending = "(?:st|nd|rd|th|er|º|°)?"
    return re.compile(
        rf"(?:(?:[a-zà-ÿ]+\.?,? )?(?P<day>[0-9]{{1,2}}){ending}\.?[ -]?(?:de |of )?"
        rf"(?P<month>{month})\.?,?[ -]?(?:del? )?"
        rf"|(?P<first>{month})\.? (?P<second>[0-9]{{1,2}}){ending},? )'?(?P<year>[0-9]{{4}}|[0-9]{{2}}){_TIME}"
    )
