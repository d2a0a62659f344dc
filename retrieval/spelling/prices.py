"""Prices as shops write them: `1 299,00 руб.`, `ab 12,50 €`, `$12 - $15`, `1'299.–`, `free`."""

from __future__ import annotations

import math
import re
from functools import cache

from retrieval.schema import Decimal
from retrieval.spelling.decimals import DIGITS, is_open, number_of
from retrieval.spelling.grammar import folded, one_of, plain, table, words
from retrieval.spelling.missing import is_missing

LONGEST = 80  # characters of a price with all that stands around it
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_EMPTY_CENTS = re.compile(r"([0-9])([.,:]-{1,2}|-{1,2}$|\.00\.-)(?![0-9])")
_DASHES = str.maketrans({"–": "-", "—": "-"})


class NoPrice(ValueError):
    """There is a price, and it is not written there: `on request`, `N/A`."""


def parse_price(value: object, decimal: Decimal | None = None) -> float:
    """A price, the least where there are several, from a number or from text.

    Args:
        decimal: The decimal mark of its column, for digits that read either way.

    Raises:
        NoPrice: it is said that there is none to be had.
        ValueError: it is not a finite number of zero or more, or not a single one, or reads either way.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    price = _of_text(value, decimal) if isinstance(value, str) else float(value)
    if not math.isfinite(price) or price < 0:
        raise ValueError(value)
    return price


def digits_in(text: str) -> list[str]:
    """The digits of a price, for telling which mark its column uses; empty where it is no price."""
    flat = plain(text)
    if len(flat) > LONGEST:
        return []
    match = _price().fullmatch(_flat(flat))
    return [match[name] for name in ("low", "high") if match[name]] if match else []


def _of_text(text: str, decimal: Decimal | None) -> float:
    flat = plain(text)
    if len(flat) > LONGEST:
        raise ValueError(text)
    # a plain number says so itself, unless its column has commas for decimals
    if _NUMBER.fullmatch(flat) and not is_open(flat):
        return float(flat)
    low = folded(flat)
    if low in words("free", "prices"):
        return 0.0
    if is_missing(flat) or low in words("on_request", "prices"):
        raise NoPrice(text)
    match = _price().fullmatch(_flat(flat))
    if match is None:
        raise ValueError(text)
    return min(_amount(match, end, decimal) for end in ("low", "high") if match[end])


def _flat(text: str) -> str:
    return _EMPTY_CENTS.sub(r"\1", folded(text).translate(_DASHES)).removesuffix(".")


def _amount(match: re.Match[str], end: str, decimal: Decimal | None) -> float:
    digits = match[end]
    if match["euros"]:
        digits = f"{digits}.{match['euros']}"
    currency = _currency(match)
    number = number_of(digits, "point" if currency in table("prices")["thousandths"] else decimal or _usual(digits))
    times: float = table("prices")["times"].get(match["times"] or "", 1)
    return number * times / (100 if match["cents"] else 1)


def _usual(digits: str) -> Decimal | None:
    """How three digits behind one mark are read where nothing tells: shops have no thousandths of anything."""
    return None if not is_open(digits) else "comma" if "." in digits else "point"


def _currency(match: re.Match[str]) -> str | None:
    written = next((match[name] for name in ("c1", "c2", "c3", "c4") if match[name]), None)
    return _codes().get(written) if written else None


@cache
def _codes() -> dict[str, str]:
    return {folded(word): code for code, spellings in table("prices")["currencies"].items() for word in spellings}


@cache
def _price() -> re.Pattern[str]:
    # a word ends where no letter of an alphabet goes on; signs of others stand side by side
    currency = rf"(?:{one_of(_codes())})(?![a-zß-ÿа-я])\.?"
    before = rf"(?:(?:{one_of(words('before', 'prices'))})(?![a-zß-ÿ])[.:]?\s*)"
    cents = one_of(words("cents", "prices"))
    behind = one_of(words("behind", "prices") | {word.replace("/", "/ ") for word in words("behind", "prices")})
    times = one_of(table("prices")["times"])
    between = one_of(words("between", "prices"))
    return re.compile(
        rf"{before}{{0,2}}(?P<c1>{currency})?\s*(?:{currency})?\s*(?P<low>{DIGITS})\s*(?P<times>{times})?\s*"
        rf"(?:(?P<c2>{currency})(?P<euros>[0-9]{{2}})?|(?P<cents>{cents})\.?)?\s*"
        rf"(?:(?:{between})\s*(?P<c3>{currency})?\s*(?P<high>{DIGITS})\s*(?P<c4>{currency})?)?\s*"
        rf"(?:{currency})?\s*(?:\(?(?:{behind})\.?\)?\s*){{0,2}}"
    )
