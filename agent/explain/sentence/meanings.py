"""What a word of a wish has to do with words of items: what says the same, what is of its kind, what says otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from agent.explain.sentence.grammar import ROOM, grammar
from agent.language.patterns import data
from agent.understand.kinds.names import kind_names
from retrieval.text.words import fold, singular, words


@dataclass(frozen=True, slots=True)
class WordMeaning:
    """What meets a word, and what speaks against it.

    Attributes:
        words: Tokens that meet it, itself among them.
        phrases: Texts of several words, or with a hyphen, that meet it.
        opposites: Texts that say otherwise, wherever they stand.
        value_opposites: Texts that say otherwise where they are all of a value.
    """

    words: frozenset[str]
    phrases: frozenset[str] = frozenset()
    opposites: tuple[str, ...] = ()
    value_opposites: tuple[str, ...] = ()


def meaning_of(word: str) -> WordMeaning:
    """The meaning of a token of a wish; itself alone where nothing is known of it."""
    token = fold(word)
    same = _same().get(token, frozenset()) | _narrower().get(token, frozenset()) | _kinds_of(token)
    plain = frozenset(text for text in same if len(words(text)) == 1)
    return WordMeaning(
        frozenset(part for text in plain for part in words(text)) | {token},
        same - plain,
        _opposites("opposites").get(token, ()),
        _opposites("value_opposites").get(token, ()),
    )


def _kinds_of(token: str) -> frozenset[str]:
    """The names of what is of a kind: a wish for a soup is met by a ramen."""
    known = kind_names()
    if grammar("en").describes(token):
        return frozenset()  # `light` is a lamp only where it is none that describes
    kind = known.known((singular(token),), "en") or known.known((token,), "en")
    return known.narrower[kind] - {kind} if kind is not None else frozenset()


@cache
def _same() -> Mapping[str, frozenset[str]]:
    groups: list[list[str]] = data(ROOM, "meanings.yaml")["same"]
    return _joined((name, group) for group in groups for name in group)


@cache
def _narrower() -> Mapping[str, frozenset[str]]:
    groups: list[list[str]] = data(ROOM, "meanings.yaml")["narrower"]
    return _joined((name, group) for group in groups for name in (group[0], f"{group[0]}s"))


def _joined(pairs: Iterable[tuple[str, Sequence[str]]]) -> Mapping[str, frozenset[str]]:
    joined: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for name, group in pairs:
        joined[fold(name)] |= {fold(text) for text in group}
    return dict(joined)


@cache
def _opposites(part: str) -> Mapping[str, tuple[str, ...]]:
    pairs: list[list[list[str]]] = data(ROOM, "meanings.yaml")[part]
    return {fold(name): tuple(map(fold, against)) for names, against in pairs for name in names}


__all__ = ["WordMeaning", "meaning_of"]
