"""The words of orders as regular expressions, of all languages at once.

A short request does not tell its language for sure, and what orders in one language means no other order elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from agent.language.patterns import patterns
from agent.understand.phrases import phrases
from agent.understand.spelling import Spelling

End = Literal["asc", "desc"]

_ROOM, _READER = "agent.understand.orders", "orders"
_PHRASES = phrases(_ROOM, _READER)
_WORD = re.compile(r"[a-z]{4,14}")


@dataclass(frozen=True, slots=True)
class Word:
    """Words that stand for a key and, where they are a superlative, for an end of it."""

    start: int
    end: int
    key: str
    direction: End = "asc"


def regex(name: str, before: str = "", behind: str = "") -> re.Pattern[str]:
    """The alternatives of all languages under one name; nothing matches where there are none."""
    return _PHRASES.regex(name, before, behind)


class Table:
    """Words that stand for something, found at their longest.

    Args:
        name: Of the table in every language.
    """

    def __init__(self, name: str) -> None:
        self._entries = list(_PHRASES.table(name))
        self._any = re.compile("|".join(pattern.pattern for pattern, _ in self._entries))

    def search(self, text: str) -> Iterator[Word]:
        """All of them from left to right; none overlap."""
        at = 0
        while match := self._any.search(text, at):
            word = self.match(text, match.start())
            if word is None:  # it never is: one of them matched here
                return
            yield word
            at = max(word.end, match.start() + 1)

    def match(self, text: str, at: int) -> Word | None:
        """The longest that begins at a place."""
        matches = ((pattern.match(text, at), meaning) for pattern, meaning in self._entries)
        words = (_word(match, meaning) for match, meaning in matches if match and match.end() > at)
        return max(words, key=lambda word: word.end, default=None)


def _word(match: re.Match[str], meaning: str) -> Word:
    key, _, direction = meaning.partition(" ")
    return Word(match.start(), match.end(), key, "desc" if direction == "desc" else "asc")


@cache
def table(name: str) -> Table:
    """A table of all languages, compiled once."""
    return Table(name)


def mended(text: str) -> tuple[str, list[int]]:
    """A plain text with misspelt superlatives spelled right, and for each of its characters the place in `text`."""
    pieces, places, at = list[str](), list[int](), 0
    for match in _WORD.finditer(text):
        meant = _superlatives().mend(match[0])
        if meant is None:
            continue
        pieces += text[at : match.start()], meant
        places += range(at, match.start())
        # A word that got longer or shorter: its characters stand where the old ones stood, the last at the last.
        places += (min(match.start() + step, match.end() - 1) for step in range(len(meant)))
        at = match.end()
    pieces.append(text[at:])
    return "".join(pieces), [*places, *range(at, len(text) + 1)]


@cache
def _superlatives() -> Spelling:
    """English superlatives of one word, written out."""
    english = " ".join(patterns(_ROOM, _READER).only("en").table("superlatives"))
    return Spelling(re.findall(r"(?<![a-z\]?)])[a-z]{3,}est\b", english))


__all__ = ["End", "Table", "Word", "mended", "regex", "table"]
