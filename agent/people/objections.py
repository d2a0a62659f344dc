"""Objections: what a person's reasons say they do not want, as wishes that count against."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from agent.language.patterns import patterns
from agent.understand import Vocabulary, read
from retrieval.filters.conditions import NEGATIVE
from retrieval.interactions import Interaction
from retrieval.text.words import placed_words

_WORDS = patterns("agent.people", "objections")
_JOINS = re.compile(rf"[,.;:!?，。；：！？、]|{_WORDS.words('join')}", re.IGNORECASE)
_REPEATED = re.compile(_WORDS.words("repeated"), re.IGNORECASE)
_MISSING = re.compile(_WORDS.words("missing"), re.IGNORECASE)
_FEELINGS = frozenset(_WORDS.alternatives("feelings"))


@dataclass(frozen=True, slots=True)
class Objection:
    """A negative wish, and where the person said it.

    Attributes:
        words: What is not wanted.
        reason: What the person said, whole.
        item_id: The item they said it of.
    """

    words: str
    reason: str
    item_id: str


def objections(
    events: Iterable[Interaction], vocabulary: Vocabulary, known: Callable[[str], bool]
) -> tuple[Objection, ...]:
    """What a person's reasons for disliking and hiding name; the latest word on a thing stands, each thing once.

    Args:
        known: Whether the catalog knows a word: one that it does not know names nothing here.
    """
    found: dict[str, Objection] = {}
    for one in events:
        if one.reason and one.kind in ("dislike", "hide"):
            for words in named(one.reason, vocabulary, known):
                found.pop(words, None)
                found[words] = Objection(words, one.reason, one.item_id)
    return tuple(found.values())


def named(reason: str, vocabulary: Vocabulary, known: Callable[[str], bool]) -> tuple[str, ...]:
    """What a reason objects to, in words that the catalog knows; empty where it names nothing."""
    understood = read(reason, vocabulary)
    values = [str(value) for one in understood.must if one.filter.op in NEGATIVE for value in one.filter.values]
    rest = " ".join((understood.wishes, *understood.avoid))
    return tuple(dict.fromkeys((*values, *_known(rest, known))))


def _known(text: str, known: Callable[[str], bool]) -> Iterator[str]:
    """Runs of words that the catalog knows; what is said to be missing is no objection."""
    for part in _JOINS.split(text):
        if _MISSING.search(_REPEATED.sub(" ", part)):
            continue
        told = [part[start:end] for word, start, end in placed_words(part) if _tells(word) and known(word)]
        if told:
            yield " ".join(told).lower()


def _tells(word: str) -> bool:
    return word not in _FEELINGS and len(word) > 1
