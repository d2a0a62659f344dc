"""What a column is by what stands in it, where its name says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean

from retrieval.catalog.media_paths import ENDINGS
from retrieval.catalog.synonyms import folded, is_no_price
from retrieval.items import MediaKind
from retrieval.spelling.numbers import figure
from retrieval.spelling.prices import parse_price

_MOST = 0.9  # share of values that must be so
_TITLE_CHARS = (3, 120)  # on average
_PROSE_CHARS = 50  # on average, of a description
_ID_CHARS = 64
_CODE_DIGITS = 6  # from which a number is rather a code than a measure
_LEAST_DISTINCT = 0.8  # share of different values among titles
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_CENTS = re.compile(r"\D*\d[\d.,' ]*[.,]\d{2}\D*")
_MONEY = re.compile(r"[$€£¥₹₽₩₺฿元]|\b(?:EUR|USD|GBP|CHF|JPY|CNY|RMB|SEK|NOK|DKK|PLN|CAD|AUD)\b")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")


@dataclass(frozen=True, slots=True)
class SampledColumn:
    """A column as far as it was looked at.

    Attributes:
        heading: As the catalog spells it.
        texts: Its values as text, those that are there.
        n_rows: Rows that were looked at.
    """

    heading: str
    texts: Sequence[str]
    n_rows: int

    @property
    def mean_chars(self) -> float:
        """How long a value is on average."""
        return fmean(map(len, self.texts)) if self.texts else 0.0

    @property
    def distinct(self) -> float:
        """The share of different values."""
        return len(set(self.texts)) / len(self.texts) if self.texts else 0.0

    def mostly(self, test: Callable[[str], object]) -> bool:
        """Whether nearly all values are so."""
        return bool(self.texts) and sum(bool(test(text)) for text in self.texts) >= _MOST * len(self.texts)


def by_content(columns: Sequence[SampledColumn], wanted: Sequence[str]) -> dict[str, str]:
    """By role the heading of the column that looks most like it; roles without a likely column are missing.

    Args:
        columns: Those that no role has yet.
        wanted: Roles to fill.
    """
    left, chosen = list(columns), dict[str, str]()
    for role, choose in _CHOICES.items():
        column = choose(left) if role in wanted and left else None
        if column is not None:
            chosen[role] = column.heading
            left.remove(column)
    return chosen


def may_be(role: str, column: SampledColumn) -> bool:
    """Whether a column that is called like a role holds what the role needs."""
    if not column.texts:
        return role not in ("id", "title")
    test = _MAY_BE.get(role)
    return test is None or test(column)


def likely_prices(columns: Sequence[SampledColumn]) -> list[str]:
    """Headings of columns that hold numbers and may be prices, though nothing else says so."""
    return [column.heading for column in columns if not is_no_price(column.heading) and column.mostly(_is_price)]


def likely_titles(columns: Sequence[SampledColumn]) -> list[str]:
    """Headings of columns of short text."""
    return [column.heading for column in columns if _is_short_text(column)]


def _image(columns: Sequence[SampledColumn]) -> SampledColumn | None:
    return _of_medium(columns, "image")


def _of_medium(columns: Sequence[SampledColumn], kind: MediaKind) -> SampledColumn | None:
    return next((column for column in columns if column.mostly(partial(_names_file, kind))), None)


def _names_file(kind: MediaKind, text: str) -> bool:
    # of several files in a cell the first tells enough
    first = re.split(r"[|;,]\s*(?=\S+\.\w+)", text, maxsplit=1)[0]
    path = first.partition("?")[0].partition("#")[0]
    return "." in path and path.rpartition(".")[2].lower() in ENDINGS[kind]


def _is_medium(kind: MediaKind, column: SampledColumn) -> bool:
    return column.mostly(lambda text: _names_file(kind, text) or _ADDRESS.match(text))


def tells_apart(column: SampledColumn) -> bool:
    """Whether each row has a value of its own there, short enough to be called by."""
    filled = len(column.texts) == column.n_rows > 1 and column.distinct == 1.0
    return filled and column.mean_chars <= _ID_CHARS and not column.mostly(_ADDRESS.fullmatch)


def _id(columns: Sequence[SampledColumn]) -> SampledColumn | None:
    """A column that numbers the rows or gives each a code: one that is named like a code if there is one.

    What is measured, or said of a thing, may differ in each row of a short table as well, and is no code.
    """
    unique = [column for column in columns if tells_apart(column) and column.mostly(_is_code)]
    named = [column for column in unique if re.search(r"(?:^| )(?:id|nr|no|code|key|ref|num)$", folded(column.heading))]
    return next((column for column in (*named, *unique) if _counts(column) or column.mostly(_looks_coded)), None)


def _counts(column: SampledColumn) -> bool:
    """Whether a column counts the rows, from 0 or 1."""
    first = column.texts[0]
    return first in ("0", "1") and list(column.texts) == [str(int(first) + at) for at in range(len(column.texts))]


def _looks_coded(text: str) -> bool:
    """Whether a text is made as codes are: letters with digits, parts with signs between, or many digits."""
    if _is_money(text) or _DATE.fullmatch(text) or not any(sign.isdigit() for sign in text):
        return False
    if text.isdigit():
        return len(text) >= _CODE_DIGITS or text.startswith("0")
    return figure(text) is None


def _price(columns: Sequence[SampledColumn]) -> SampledColumn | None:
    fitting = [column for column in columns if not is_no_price(column.heading)]
    money = [column for column in fitting if column.mostly(_is_money)]
    cents = [column for column in fitting if column.mostly(lambda text: _is_price(text) and _CENTS.fullmatch(text))]
    return next(iter([*money, *cents]), None)


def _description(columns: Sequence[SampledColumn]) -> SampledColumn | None:
    prose = [
        column for column in columns if column.mean_chars >= _PROSE_CHARS and not column.mostly(_ADDRESS.fullmatch)
    ]
    return max((column for column in prose if column.mostly(lambda text: " " in text)), key=_length, default=None)


def _title(columns: Sequence[SampledColumn]) -> SampledColumn | None:
    fitting = [column for column in columns if _is_short_text(column) and column.distinct >= _LEAST_DISTINCT]
    # of those that differ as much the first: what things are called stands before what is said of them
    return max(fitting, key=lambda column: (round(column.distinct, 1), len(column.texts)), default=None)


def _is_short_text(column: SampledColumn) -> bool:
    short = _TITLE_CHARS[0] <= column.mean_chars <= _TITLE_CHARS[1]
    plain = (
        column.mostly(_LETTER.search) and not column.mostly(_ADDRESS.fullmatch) and not column.mostly(_DATE.fullmatch)
    )
    return short and plain and not column.mostly(_is_code_with_digits)


def _is_code(text: str) -> bool:
    return " " not in text and len(text) <= _ID_CHARS


def _is_code_with_digits(text: str) -> bool:
    return _is_code(text) and any(sign.isdigit() for sign in text)


def _is_money(text: str) -> bool:
    return bool(_MONEY.search(text)) and any(sign.isdigit() for sign in text) and len(text) <= 40


def _is_price(text: str) -> bool:
    try:
        parse_price(text)
    except (ValueError, OverflowError):
        return False
    return True


def _length(column: SampledColumn) -> float:
    return column.mean_chars


_CHOICES: Mapping[str, Callable[[Sequence[SampledColumn]], SampledColumn | None]] = {
    "image": _image,
    "price": _price,
    "id": _id,
    "description": _description,
    "title": _title,
}
_MAY_BE: Mapping[str, Callable[[SampledColumn], bool]] = {
    "id": lambda column: column.distinct >= 0.5 and len(column.texts) >= 0.9 * column.n_rows,
    "title": lambda column: column.mostly(_LETTER.search) and column.mean_chars <= 300,
    "description": lambda column: column.mostly(_LETTER.search),
    "price": lambda column: (
        sum(map(_is_price, column.texts)) + sum(map(_is_money, column.texts)) >= len(column.texts) / 2
    ),
    "currency": lambda column: column.mean_chars <= 12,
    "category": lambda column: column.mean_chars <= 80,
    "image": partial(_is_medium, "image"),
    "audio": partial(_is_medium, "audio"),
    "video": partial(_is_medium, "video"),
    "url": lambda column: column.mostly(_ADDRESS.fullmatch),
}
