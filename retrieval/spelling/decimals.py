"""Digits with marks between them: which mark is the decimal one, and what they are worth."""

from __future__ import annotations

import re

from retrieval.schema import Decimal

# A space or an apostrophe parts thousands and nothing else; texts come through `plain`, which leaves one of each.
DIGITS = r"(?:[0-9][0-9.,' ]*[0-9]|[0-9]|[.,][0-9]+)"
_SIGN = {"point": ".", "comma": ","}
_LOOSE_GROUPS = re.compile(r"[0-9]{1,3}(?:['\s][0-9]{3})+(?:([.,])[0-9]+)?")
_PLAIN = re.compile(r"[0-9]+")
_FRACTION = {"point": re.compile(r"[0-9]*\.[0-9]+"), "comma": re.compile(r"[0-9]*,[0-9]+")}
_GROUPS = {
    # in India two digits stand between the marks: 1,29,900
    "point": re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}(?:\.[0-9]+)?"),
    "comma": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?"),
}


def decimal_shown(digits: str) -> Decimal | None:
    """The decimal mark that digits show by themselves; None where they read either way, or have no mark."""
    return _shown(digits, *_readings(digits))


def number_of(digits: str, decimal: Decimal | None) -> float:
    """What digits are worth, by the mark they show, else by that of their column.

    Raises:
        ValueError: they are no number, or read either way and no column says how.
    """
    point, comma = _readings(digits)
    mark = _shown(digits, point, comma) or decimal
    value = comma if mark == "comma" else point
    if value is None or (mark is None and point != comma):
        raise ValueError(digits)
    return value


def is_open(digits: str) -> bool:
    """Whether digits read either way, and differently: `1.299`, `1,200`."""
    point, comma = _readings(digits)
    return point is not None and comma is not None and point != comma


def is_number(digits: str) -> bool:
    """Whether digits are a number, read in some way."""
    return _value(digits, "point") is not None or _value(digits, "comma") is not None


def _readings(digits: str) -> tuple[float | None, float | None]:
    return _value(digits, "point"), _value(digits, "comma")


def _shown(digits: str, point: float | None, comma: float | None) -> Decimal | None:
    if point is None or comma is None:
        return "point" if point is not None else "comma" if comma is not None else None
    # nobody writes thousands as 0.299
    if point != comma and digits.startswith("0"):
        return "point" if "." in digits else "comma"
    return None


def _value(digits: str, mark: Decimal) -> float | None:
    """What digits are worth where that mark is the decimal one; None where it cannot be."""
    if loose := _LOOSE_GROUPS.fullmatch(digits):
        return None if loose[1] not in (None, _SIGN[mark]) else _float(digits.replace(" ", "").replace("'", ""))
    if _PLAIN.fullmatch(digits) or _FRACTION[mark].fullmatch(digits):
        return _float(digits)
    if not _GROUPS[mark].fullmatch(digits):
        return None
    return _float(digits.replace("," if mark == "point" else ".", ""))


def _float(digits: str) -> float:
    return float(digits.replace(",", "."))
