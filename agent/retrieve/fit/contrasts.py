"""Words that exclude each other: a request for a blue thing is not met by one that is said to be red."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from agent.language.patterns import data
from retrieval.text.words import words

Alternatives = tuple[frozenset[str], ...]


@cache
def contrasts() -> Mapping[str, tuple[int, Alternatives]]:
    """By word its group: which of the alternatives it is, and all of them."""
    by_word: dict[str, tuple[int, Alternatives]] = {}
    for group in data("agent.retrieve.fit", "contrasts.yaml").values():
        alternatives = tuple(_tokens(names) for names in group)
        for at, names in enumerate(alternatives):
            by_word |= dict.fromkeys(names, (at, alternatives))
    return by_word


def excluded_by(word: str) -> frozenset[str]:
    """The words that say something else than a word does; none where nothing excludes it."""
    at, alternatives = contrasts().get(word, (0, ()))
    return frozenset().union(*(names for other, names in enumerate(alternatives) if other != at))


def same_as(word: str) -> frozenset[str]:
    """The words that say the same, itself among them."""
    at, alternatives = contrasts().get(word, (0, ()))
    return alternatives[at] if alternatives else frozenset((word,))


def _tokens(names: Sequence[str]) -> frozenset[str]:
    return frozenset(token for name in names for token in words(name))


__all__ = ["contrasts", "excluded_by", "same_as"]
