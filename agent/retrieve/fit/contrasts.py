"""Words that exclude each other: a request for a blue thing is not met by one that is said to be red."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from agent.language.patterns import data
from retrieval.text.words import words

Alternatives = tuple[frozenset[str], ...]
NARROWER = "+"


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
    others = frozenset().union(*(names for other, names in enumerate(alternatives) if other != at))
    beside = alternatives[at] & narrower() - {word} if alternatives and word in narrower() else frozenset[str]()
    return others | beside


def same_as(word: str) -> frozenset[str]:
    """The words that meet a request for a word, itself among them: `crimson` meets `red`, and is not met by it."""
    at, alternatives = contrasts().get(word, (0, ()))
    return alternatives[at] if alternatives and word not in narrower() else frozenset((word,))


@cache
def narrower() -> frozenset[str]:
    """The words that say a particular sort of what others of their alternative say."""
    groups = data("agent.retrieve.fit", "contrasts.yaml").values()
    marked = (name for group in groups for names in group for name in names if name.startswith(NARROWER))
    return frozenset(token for name in marked for token in words(name))


def _tokens(names: Sequence[str]) -> frozenset[str]:
    return frozenset(token for name in names for token in words(name))


__all__ = ["contrasts", "excluded_by", "narrower", "same_as"]
