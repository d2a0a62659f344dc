"""Codes: model numbers, part numbers and the like, which people write with and without hyphens, spaces and capitals."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from retrieval.items import Item
from retrieval.once import once
from retrieval.schema import Schema
from retrieval.text.item_text import lexical_text
from retrieval.text.words import fold, is_stop_word

LEAST = 4  # letters and digits of a code
TELLING = 3  # digits of what is certainly meant as a code
LEAST_PART = 5  # of a code, to be looked for at either end of a longer one
LONGEST_WORD = 6  # characters of each
MOST_WORDS = 4  # that one code is written in
FEW, SHARE = 10, 0.02  # items that a code stands in: so many, or this share of them, where it might be mere words

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−﹣－"), "-")
_TOKEN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9./_+#-]*[A-Za-z0-9])?")
_MIXED = re.compile(r"(?=.*\d)(?=.*[A-Za-z])")
_NUMBER = re.compile(r"\d{6,}")
_MEASURE = re.compile(
    r"\d+(?:[.,/-]\d+)*-?(?:[a-z]{1,3}|person|season|inch|litre|liter|piece|pack|pcs|month|year|day|week|hour|star|"
    r"door|way|ply|tier|seater|speed|core|gram|watt|volt)s?"
    r"|\d+(?:[.,]\d+)?[a-z]{0,3}(?:x\d+(?:[.,]\d+)?[a-z]{0,3})+"
    r"|(?:\d{1,2}-)+[a-z-]+|(?-i:[a-z]{3,}(?:-[a-z]+)*-\d{1,2})",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\d[\d.,/-]*(?:[mck]?m|in|inch|ft|[mk]?g|oz|lbs?|[mcd]?l|k?w|[mk]?v|m?ah?|[kmgt]b|[mg]?hz|px|pcs?|x|%|eur?|usd?|gbp|"
    r"min|h|hrs?|s|yrs?)",
    re.IGNORECASE,
)
_HARD = re.compile(r"[\n,;|()\[\]:]+")
_SOFT = re.compile(r"[^\w\t]+|_+")


@dataclass(frozen=True, slots=True)
class CodesAsked:
    """The codes of a wish, and the items that are called by them.

    Attributes:
        codes: As they are written.
        rows: Items that are called by all of them, or by any where none is by all.
        near: Where none of them stands anywhere, items with a longer code that begins or ends with one.
        unknown: Those that stand nowhere.
    """

    codes: tuple[str, ...] = ()
    rows: frozenset[int] = frozenset()
    near: frozenset[int] = frozenset()
    unknown: tuple[str, ...] = ()


class CodeTable:
    """The codes of a catalog, looked for in all that is searched of its items, and in their ids."""

    def __init__(self, items: Sequence[Item], schema: Schema) -> None:
        self._items = items
        self._schema = schema

    def asked(self, text: str) -> CodesAsked:
        """The codes that a wish holds."""
        sure = {code: self.rows(code) for code in model_numbers(text)}
        spaced = {} if sure and all(sure.values()) else self._spaced(text)
        joined = {part for code in spaced for part in code.split()}
        codes = {code: rows for code, rows in sure.items() if code not in joined} | spaced
        held = [rows for rows in codes.values() if rows]
        unknown = tuple(code for code, rows in codes.items() if not rows and _tells(code))
        if not codes and self._is_strange(text):
            codes, unknown = {_spelled(text): frozenset()}, (_spelled(text),)
        near = frozenset[int]() if held else frozenset[int]().union(*map(self._longer, unknown))
        return CodesAsked(tuple(codes), _common(held), near, unknown)

    def rows(self, code: str) -> frozenset[int]:
        """The items that are called by a code, however it is spaced."""
        return self._with(bare_code(code), rf"{_EDGE_BEFORE}{{}}{_EDGE_AFTER}")

    def _longer(self, code: str) -> frozenset[int]:
        bare = bare_code(code)
        if len(bare) < LEAST_PART:
            return frozenset()
        return self._with(bare, rf"(?:{_EDGE_BEFORE}{{0}}|{{0}}{_EDGE_AFTER})")

    def _is_strange(self, text: str) -> bool:
        """Whether a wish is nothing but what may be a code in several words, none of which stands anywhere."""
        tokens = _tokens(text)
        is_code = 1 < len(tokens) <= MOST_WORDS and _may_be_code(tokens) and _tells(bare_code(text))
        return is_code and all(len(token) <= LONGEST_WORD and not self.rows(token) for token in tokens)

    def _spaced(self, text: str) -> dict[str, frozenset[int]]:
        """The first and longest code that is written in several words, where few items are called by it."""
        most = max(FEW, round(SHARE * len(self._items)))
        for code in spaced_codes(text):
            rows = self.rows(code)
            if 0 < len(rows) <= most:
                return {code: rows}
        return {}

    def _with(self, bare: str, form: str) -> frozenset[int]:
        if not bare:
            return frozenset()
        pattern = re.compile(form.format(" ?".join(map(re.escape, bare))))
        return frozenset(row for row in self._holding(bare) if pattern.search(self._texts[row]))

    def _holding(self, bare: str) -> Iterator[int]:
        """The items whose letters and digits, all in one, hold these."""
        at = self._joined.find(bare)
        while at >= 0:
            row = bisect_right(self._starts, at) - 1
            yield row
            at = self._joined.find(bare, self._starts[row + 1]) if row + 1 < len(self._starts) else -1

    @once
    def _texts(self) -> list[str]:
        """By row what is searched, in words with one space between; a tab where no code goes on."""
        return [_plain(f"{item.id}\n{lexical_text(item, self._schema)}") for item in self._items]

    @once
    def _joined(self) -> str:
        return "".join(f"{text.replace(' ', '')}\n" for text in self._texts)

    @once
    def _starts(self) -> list[int]:
        """Where each item begins in `_joined`."""
        return list(accumulate((len(text.replace(" ", "")) + 1 for text in self._texts[:-1]), initial=0))


_EDGE_BEFORE, _EDGE_AFTER = "(?<![a-z0-9])", "(?![a-z0-9])"


def model_numbers(text: str) -> list[str]:
    """The codes in a wish that are plain by their form; `256gb` and `4-person` are none."""
    return [token for token in _tokens(text) if _is_code(token)]


def spaced_codes(text: str) -> Iterator[str]:
    """What may be a code in several words, or with digits alone; the longest first."""
    tokens = _tokens(text)
    for n_words in range(min(MOST_WORDS, len(tokens)), 0, -1):
        for at in range(len(tokens) - n_words + 1):
            part = tokens[at : at + n_words]
            if _may_be_code(part):
                yield " ".join(part)


def is_model_number(text: str) -> bool:
    """Whether a wish is nothing but a model number."""
    return model_numbers(text) == [_spelled(text)]


def bare_code(text: str) -> str:
    """Letters and digits alone: `A-320` and `a320` are one model."""
    return re.sub(r"[^a-z0-9]+", "", fold(text))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_spelled(text))


def _spelled(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()


def _is_code(token: str) -> bool:
    if _NUMBER.fullmatch(token):
        return True
    return len(bare_code(token)) >= LEAST and _MIXED.match(token) is not None and not _MEASURE.fullmatch(token)


def _tells(code: str) -> bool:
    """Whether it is worth a word that a code stands nowhere; `iphone15` and `usb3.0` are hardly codes."""
    n_digits = sum(char.isdigit() for char in code)
    return n_digits >= TELLING or (n_digits > 1 and code != code.lower() and not re.search("[a-z]{3}", code))


def _may_be_code(part: Sequence[str]) -> bool:
    """Whether words side by side may be one code: there are digits, and nothing that is a word or a measure."""
    bare = bare_code("".join(part))
    if len(bare) < LEAST or not any(char.isdigit() for char in bare):
        return False
    if len(part) == 1:
        return part[0] != bare and bare.isdigit()
    measured = any(_UNIT.fullmatch(f"{one}{other}") for one, other in pairwise(part))
    return not measured and not any(is_stop_word(fold(word)) for word in part)


def _common(held: Sequence[frozenset[int]]) -> frozenset[int]:
    if not held:
        return frozenset()
    return frozenset.intersection(*held) or frozenset.union(*held)


def _plain(text: str) -> str:
    return _SOFT.sub(" ", _HARD.sub("\t", fold(text)))


__all__ = ["CodeTable", "CodesAsked", "bare_code", "is_model_number", "model_numbers", "spaced_codes"]
