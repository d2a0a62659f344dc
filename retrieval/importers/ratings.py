"""Ratings as files write them: numbers with point or comma, stars, `4/5`, and words for none."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache

from retrieval.importers.words import by_language, folded, is_missing
from retrieval.text.values import parse_number

_NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
_STARS = re.compile(r"([★⭐]\ufe0f?)*(½)?[☆✩]*")
_LONGEST = 40


def rating_of(value: object) -> float | None:
    """The number that a cell gives as a rating, on whatever scale; None where it gives none.

    Raises:
        ValueError: it says something else.
    """
    if value is None:
        return None
    if isinstance(value, int | float):
        return _finite(float(value))
    text = str(value).strip()
    if not text:
        return None
    try:
        return parse_number(text)
    except ValueError:
        return _of_text(text)


def _of_text(text: str) -> float | None:
    if is_missing(text) or folded(text) in _unrated():
        return None
    if len(text) > _LONGEST:
        raise ValueError(text)
    if _STARS.fullmatch(text):
        return sum(text.count(star) for star in "★⭐") + 0.5 * text.count("½")
    match = _worded().fullmatch(folded(unicodedata.normalize("NFKC", text)))
    if match is None:
        raise ValueError(text)
    return _finite(float(match[1].replace(",", ".")))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(number)
    return number


@cache
def _worded() -> re.Pattern[str]:
    scale, unit = (
        "|".join(re.escape(folded(word)) for words in by_language("ratings")[key].values() for word in words)
        for key in ("scale", "unit")
    )
    return re.compile(rf"({_NUMBER})\s*(?:(?:/|{scale})\s*{_NUMBER})?\s*(?:%|{unit})?")


@cache
def _unrated() -> frozenset[str]:
    return frozenset(folded(word) for words in by_language("ratings")["unrated"].values() for word in words)
