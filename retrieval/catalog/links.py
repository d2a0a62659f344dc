"""The address of an item's own page, and the currency of its price."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from retrieval.catalog.cells import line_of, wrong_type
from retrieval.catalog.problems import Flaw
from retrieval.spelling.grammar import folded, table

ADDRESS_LIMIT = 2_048  # characters; what browsers take
_CURRENCY_LIMIT = 12
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)
_BARE = re.compile(r"www\.[^\s<>\"'`\\]+", re.IGNORECASE)
_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_SIGN = re.compile(r"[A-Z]{0,2}[$€£¥₹₽₩₺฿]|(?<![^\W\d_])(?:zł|kr|Kč|Ft)(?![^\W\d_])")


def link_of(raw: object, flaws: list[Flaw]) -> str | None:
    """The address of a page; None where there is none that a browser may be led to."""
    text = line_of("url", raw, flaws)
    if _BARE.fullmatch(text):
        text = f"https://{text}"
    if not text:
        return None
    if len(text) > ADDRESS_LIMIT or not _ADDRESS.fullmatch(text):
        flaws.append(wrong_type("url", raw, "an address that begins with https://"))
        return None
    return text


def currency_of(own: Mapping[str, object], flaws: list[Flaw]) -> str | None:
    """The currency that a row names, else the one that its price is written with."""
    if named := line_of("currency", own.get("currency"), flaws):
        return _code_of(named)[:_CURRENCY_LIMIT]
    price = own.get("price")
    return currency_in(price) if isinstance(price, str) else None


def currency_of_heading(heading: str) -> str | None:
    """The currency that the heading of a column of prices names, as `Price (EUR)` and `price_usd` do."""
    codes = (word.upper() for word in re.split(r"[\W_]+", heading))
    sign = _SIGN.search(heading)
    return next((code for code in codes if code in _codes()), _code_of(sign[0]) if sign else None)


def currency_in(text: str) -> str | None:
    """The currency that a price is written with, as a code where its sign is of one country."""
    if code := _CODE.search(text[:80]):
        return code[0]
    sign = _SIGN.search(text[:80])
    return _code_of(sign[0]) if sign else None


def _code_of(sign: str) -> str:
    """The code of a sign that one country has; those of several, as of dollars and krones, stay as they are."""
    return _signs().get(folded(sign), sign)


@cache
def _signs() -> dict[str, str]:
    currencies = table("prices")["currencies"]
    return {folded(word): code for code in _codes() for word in currencies[code] if not word.isascii()}


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code in table("prices")["currencies"] if code.isupper())
