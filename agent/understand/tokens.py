"""Text cut up for reading: words of scripts with spaces, single characters of those without."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from retrieval.text.words import fold, singular

WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"  # kana, Chinese characters and Hangul, read one by one
# What an apostrophe leaves of a word (the s of `women's`) is none.
_TOKEN = re.compile(
    rf"(?<=\w)['’](?:s|t|d|m|ll|re|ve)(?![a-z])|([{WIDE}]|[0-9]+(?:[.,][0-9]+)*|(?![{WIDE}])[^\W\d_](?:(?![{WIDE}])[^\W_])*)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or character: its form for comparing, and where it stands."""

    form: str
    start: int
    end: int


def flat(text: str) -> str:
    """Text in lower case without accents, every character still in its place."""
    return text.lower() if text.isascii() else text.translate(_FLAT)


def tokens(flat_text: str) -> list[Token]:
    """The tokens of a flat text; plurals in their singular."""
    return [Token(singular(match[0]), match.start(), match.end()) for match in _TOKEN.finditer(flat_text) if match[1]]


def forms(text: str) -> tuple[str, ...]:
    """A name or value as tokens that are compared."""
    return tuple(token.form for token in tokens(flat(text)))


def _flat_character(character: str) -> str:
    if character == "’":
        return "'"
    if "\u4e00" <= character <= "\u9fff":
        return character
    return (fold(character) or unicodedata.normalize("NFKC", character))[:1] or character


class _FlatCharacters(dict[int, str]):
    """By code point the flat character, worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        return self.setdefault(point, _flat_character(chr(point)))


_FLAT = _FlatCharacters()

__all__ = ["WIDE", "Token", "flat", "forms", "tokens"]
