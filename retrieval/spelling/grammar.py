"""The words by which people spell values, read from data once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from retrieval.files.yaml_text import parsed

_TABLES = ("words", "units", "prices")


@cache
def table(name: str) -> Mapping[str, Any]:
    """One of the tables of data beside this module."""
    text = resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Any] = parsed(text)
    return content


@cache
def words(part: str, file: str = "words") -> frozenset[str]:
    """The words of one part of a file in all languages, folded."""
    return frozenset(folded(word) for spellings in table(file)[part].values() for word in spellings)


@cache
def months() -> Mapping[str, int]:
    """The number of each month by its name and by the beginnings of it that are in use, in all languages."""
    numbers: dict[str, int] = {}
    for names in table("words")["months"].values():
        for number, name in enumerate(map(folded, names), start=1):
            for spelling in (name, *(name[:length] for length in (3, 4) if not name[0].isdigit())):
                numbers.setdefault(spelling, number)
    # the French months of summer begin alike: `jui` is neither of them
    return {spelling: number for spelling, number in numbers.items() if spelling != "jui"}


def folded(text: str) -> str:
    """A word as words are compared: without case, accents composed, one space between, no full stop at its end."""
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split()).removesuffix(".").rstrip()


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ALIKE = {"-": "\u2212\u2012\u2011\ufe63", "'": "\u2019\u2018\u02bc\u00b4\u02b9", " ": "\u00a0\u202f\u2009\u2007\u3000"}
_SAME = str.maketrans(_FULL_WIDTH | {ord(other): sign for sign, others in _ALIKE.items() for other in others})


def plain(text: str) -> str:
    """The text with one character for each sign that looks like others: digits, minus, apostrophe and space."""
    return " ".join((text if text.isascii() else text.translate(_SAME)).split())


def one_of(spellings: Iterable[str]) -> str:
    """A pattern that any of some spellings fits, the longest first."""
    return "|".join(re.escape(word) for word in sorted(spellings, key=len, reverse=True))


@cache
def _word_pattern(part: str) -> re.Pattern[str]:
    # between words of other scripts there are no spaces, so only those of ours need bounds
    plain = [word for word in words(part) if word.isascii() or not _is_ideographic(word)]
    other = [word for word in words(part) if word not in plain]
    parts = [rf"(?<![^\W\d_])(?:{one_of(plain)})(?![^\W\d_])"] + ([one_of(other)] if other else [])
    return re.compile("|".join(parts))


def names(part: str, column: str) -> bool:
    """Whether the name of a column has a word of that part in it: `is_vegan` that of a flag."""
    return _word_pattern(part).search(plain_name(column)) is not None


def plain_name(column: str) -> str:
    """A column's name as words: `inStock` and `in_stock` are `in stock`."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return folded(re.sub(r"[_./:?\[\]()-]+", " ", apart))


def _is_ideographic(word: str) -> bool:
    return any("\u3000" < char < "\uffff" for char in word)
