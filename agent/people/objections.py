"""Objections: what a person's reasons say they do not want, as wishes that count against."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from agent.language.patterns import patterns
from agent.understand import Vocabulary, read
from retrieval.filters.conditions import NEGATIVE
from retrieval.interactions import Interaction
from retrieval.snapshot import Rows
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


@dataclass(frozen=True, slots=True, eq=False)
class Aversions:
    """What a person has turned against, as far as their reasons name it.

    Attributes:
        objections: What is not wanted.
        rows: The items that hold it, ascending.
    """

    objections: tuple[Objection, ...] = ()
    rows: Rows = field(default_factory=lambda: np.empty(0, dtype=np.intp))


NO_AVERSIONS = Aversions()
"""Of somebody who objects to nothing, or is not known."""


def objections(
    events: Iterable[Interaction], vocabulary: Vocabulary, is_known: Callable[[str], bool]
) -> tuple[Objection, ...]:
    """What a person's reasons for disliking and hiding name; the latest word on a thing stands, each thing once.

    Args:
        is_known: Whether the catalog knows a word: one that it does not know names nothing here.
    """
    latest: dict[str, Objection] = {}
    for event in events:
        if event.reason and event.kind in ("dislike", "hide"):
            for words in objected_words(event.reason, vocabulary, is_known):
                latest.pop(words, None)  # so that it stands last: notes name the latest
                latest[words] = Objection(words, event.reason, event.item_id)
    return tuple(latest.values())


def objected_words(reason: str, vocabulary: Vocabulary, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """What a reason objects to, in words that the catalog knows; empty where it names nothing."""
    understood = read(reason, vocabulary)
    refused = (condition.filter for condition in understood.must if condition.filter.op in NEGATIVE)
    values = [str(value) for condition in refused for value in condition.values]
    # Who says why they dislike something wishes for nothing: what reads as a wish is what they are against.
    stated = " ".join(condition.words for condition in understood.must)
    untold = (denial.words for denial in understood.denied if denial.words not in stated)
    text = ", ".join(dict.fromkeys((understood.wishes, *understood.avoid, *untold)))
    return tuple(dict.fromkeys((*values, *_known_runs(text, is_known))))


def _known_runs(text: str, is_known: Callable[[str], bool]) -> Iterator[str]:
    """Runs of words that the catalog knows; what is said to be missing is no objection."""
    for part in _JOINS.split(text):
        if _MISSING.search(_REPEATED.sub(" ", part)):
            continue
        run = [part[start:end] for word, start, end in placed_words(part) if _tells(word) and is_known(word)]
        if run:
            yield " ".join(run).lower()


def _tells(word: str) -> bool:
    return word not in _FEELINGS and len(word) > 1
