"""Omissions: what the planner's sentence tells or admits and another wording of it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from agent.explain.sentence import CardSentence
from agent.explain.sentence.grammar import grammar, stems_of
from agent.explain.sentence.plan import Miss, Point

LEAST_SHARE = 1 / 3  # of the words of what is told: the rest may be said more briefly
LEAST_SHARED = 5  # letters that forms of a word begin with, as `illustrated` and `illustrations`
LANGUAGE = "en"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def omissions(sentence: str, card: CardSentence, above: frozenset[str] = frozenset()) -> Iterator[str]:
    """What of a card's first sentence another one does not say: what answers a wish, then what is admitted.

    Args:
        above: Stems of what need not be said, as what stands in the title.
    """
    own = _WordsTold.of(sentence)
    yield from (point.text for point in card.told if _is_due(point) and not _is_told(point, own, above))
    if card.opening and not own.holds(card.opening):
        yield card.opening
    yield from (miss.wish for miss in card.admitted if not is_admitted(miss, sentence))


@dataclass(frozen=True, slots=True)
class _WordsTold:
    """The stems and numbers of a sentence."""

    stems: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        return cls(_telling(text), frozenset(_NUMBER.findall(text)))

    def names(self, stem: str) -> bool:
        """Whether a word or another form of it stands there."""
        return stem in self.stems or any(_is_form(stem, own) for own in self.stems)

    def holds(self, text: str) -> bool:
        """Whether all numbers of a text stand there, and enough of its words."""
        wanted = _telling(text)
        n_named = sum(map(self.names, wanted))
        return self.numbers.issuperset(_NUMBER.findall(text)) and n_named >= LEAST_SHARE * len(wanted)


def _is_due(point: Point) -> bool:
    """Whether a point answers what was asked for, in words or as a filter."""
    return bool(point.wishes) or any(evidence.kind == "filter" for evidence in point.evidence)


def _is_told(point: Point, sentence: _WordsTold, above: frozenset[str]) -> bool:
    """Whether every wish that a point answers in its own words is named, and enough of the rest."""
    own = _telling(point.text)
    wanted = frozenset().union(*(_telling(wish) & own for wish in point.wishes)) - above
    return all(map(sentence.names, wanted)) and sentence.holds(point.text)


def _is_form(stem: str, other: str) -> bool:
    least = max(LEAST_SHARED, -(-2 * max(len(stem), len(other)) // 3))
    return len(stem) >= least and stem[:least] == other[:least]


def is_admitted(miss: Miss, sentence: str) -> bool:
    """Whether the wish is named, and what stands in its place; of what is refused, what the item holds of it."""
    said = _WordsTold.of(sentence)
    named = [miss.text] if miss.kind == "holds" else [miss.wish, miss.other]
    return all(not own or any(map(said.names, own)) for own in map(_telling, named))


def _telling(text: str) -> frozenset[str]:
    """The stems of words that say something."""
    links = grammar(LANGUAGE)
    return frozenset(stem for stem in stems_of(text, LANGUAGE) if links.ends(stem))


__all__ = ["is_admitted", "omissions"]
