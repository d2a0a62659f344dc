"""Stuffing: words that stand in an item's text again and again for no reader, but to be found for.

What is stuffed does not count at all: were it counted once, whoever repeats a request would still be found for it. A
text says of what a thing is in its title; words of the title may come as often as they like, and are capped where
they are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from retrieval.text.words import placed_words, words

MOST_IN_A_ROW = 3  # times that a phrase follows itself for a reader: `Tora! Tora! Tora!`
MOST_PERIOD = 12  # words of a phrase that is repeated
MANY = 6  # times that a word stands in a text before it can be too often
MOST_SHARE = 0.25  # of a text that words which stand in it so often may make up
_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Place:
    """A token and where it stands in a text."""

    token: str
    start: int
    end: int


def without_runs(text: str) -> str:
    """The text without phrases that follow themselves too often; the very same text where none does."""
    if not _is_suspect(text):
        return text
    return _without(text, _runs([_Place(*place) for place in placed_words(text)]))


def unstuffed(text: str, title: Collection[str] = _NOBODY) -> str:
    """A text in sentences without what is stuffed into it; the very same text where nothing is.

    Lists of data are no such text: of what fifty printers are called half the words are the maker's.

    Args:
        title: Tokens of the item's title, which its text may repeat as often as it likes, unless in a row.
    """
    if not _is_suspect(text):
        return text
    rest = without_runs(text)
    heavy = _heavy(rest, title)
    return _without(rest, _spans_of(rest, heavy)) if heavy else rest


def _is_suspect(text: str) -> bool:
    """Whether any word stands in it often enough: a look at counts, which most texts do not pass."""
    counts = Counter(words(text))
    return any(count > MOST_IN_A_ROW and _is_word(token) for token, count in counts.items())


def _is_word(token: str) -> bool:
    """Whether a token is more than a number, a unit or a code of a letter or two, of which lists of data are full."""
    return not token.isdigit() and (len(token) > 2 or not token.isascii())


def _runs(places: Sequence[_Place]) -> list[tuple[int, int]]:
    """The stretches in which one phrase follows itself too often, the longest phrases last."""
    tokens = [place.token for place in places]
    spans: list[tuple[int, int]] = []
    for period in range(1, min(MOST_PERIOD, len(tokens) // (MOST_IN_A_ROW + 1)) + 1):
        spans += [(places[first].start, places[last].end) for first, last in _periodic(tokens, period)]
    return spans


def _periodic(tokens: Sequence[str], period: int) -> Iterator[tuple[int, int]]:
    """First and last token of each stretch that repeats its first `period` tokens too often."""
    begun = period
    for at in range(period, len(tokens) + 1):
        if at < len(tokens) and tokens[at] == tokens[at - period]:
            continue
        first = begun - period
        phrase = tokens[first:begun]
        if at - first > MOST_IN_A_ROW * period and any(map(_is_word, phrase)):
            yield first, at - 1
        begun = at + 1


def _heavy(text: str, title: Collection[str]) -> frozenset[str]:
    """Words that are no words of the title, and of which far too much of a text is made."""
    tokens = words(text)
    counts = Counter(token for token in tokens if token not in title and _is_word(token))
    often = {token: count for token, count in counts.items() if count >= MANY}
    return frozenset(often) if sum(often.values()) > MOST_SHARE * len(tokens) else _NOBODY


def _spans_of(text: str, tokens: Collection[str]) -> list[tuple[int, int]]:
    return [(start, end) for token, start, end in placed_words(text) if token in tokens]


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text without these stretches, which may lie within each other."""
    if not spans:
        return text
    rest, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            rest.append(text[at:start])
        at = max(at, end)
    return "".join((*rest, text[at:])).strip()


__all__ = ["unstuffed", "without_runs"]
