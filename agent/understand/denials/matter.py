"""Matter: what is looked for in the texts of items to tell whether they hold a thing or are free of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.understand.denials.phrases import Phrase, phrase, spellings
from agent.understand.denials.sayings import Sayings
from agent.understand.denials.taxonomy import Concept, Taxonomy, WordLists
from agent.understand.spans import Span

COLOUR, ENGLISH = "colour", "en"
NEAR = 30  # characters around a thing in which a phrase may stand that makes it another

_MODIFIED = re.compile(r"[\s-]+(?:[\w-]+[\s-]+)?$")


@dataclass(frozen=True, slots=True)
class Matter:
    """A thing as items speak of it.

    Attributes:
        sort: Of the taxonomy, empty for a word that it does not have.
        phrases: Words of what holds it.
        own: Words that it, or what it is a kind of, is called by: free of those is free of it.
        claims: Words by which an item says that it is free of it.
        usual: Words of what usually holds it, so that it is no proof that an item does.
        yielding: Words of what is made without it as well, so that an item that says so is free of it.
        spared: By phrase what holds its words and not the thing.
        sayings: How it is said that the thing is not there.
    """

    sort: str
    phrases: tuple[Phrase, ...]
    own: tuple[Phrase, ...]
    claims: tuple[Phrase, ...]
    spared: dict[str, tuple[Phrase, ...]]
    sayings: Sayings
    usual: frozenset[Phrase] = frozenset()
    yielding: frozenset[Phrase] = frozenset()


class Matters:
    """Makes matter of terms, in the languages of a catalog."""

    def __init__(self, known: Taxonomy, languages: Sequence[str]) -> None:
        self._taxonomy = known
        self._languages = languages
        self.sayings = Sayings(languages)

    def of(self, term: str) -> Matter:
        """What is looked for of a concept, or of a word that the taxonomy does not have."""
        concept = self._taxonomy.concepts.get(term)
        if concept is None:
            words = tuple(phrase(spelling, ENGLISH) for spelling in spellings(term))
            return Matter("", words, words, (), {}, self.sayings)
        closure, above = self._taxonomy.closure(term), self._taxonomy.above(term)
        things = list(dict.fromkeys(self._things(closure)))
        usual = frozenset(made for each in closure for made in self._phrases(each.usual))
        named = frozenset(self._called((concept,)))
        return Matter(
            sort=concept.sort,
            phrases=tuple(things),
            own=tuple(dict.fromkeys(self._called(above))),
            claims=tuple(dict.fromkeys(self._claims(term, above))),
            spared=self._spared(closure, things),
            sayings=self.sayings,
            usual=usual,
            yielding=usual | (frozenset(things) - named if concept.yields else frozenset()),
        )

    def phrases(self, words: Iterable[WordLists]) -> tuple[Phrase, ...]:
        """Phrases of words by language."""
        return tuple(dict.fromkeys(made for lists in words for made in self._phrases(lists)))

    def _things(self, concepts: Iterable[Concept]) -> Iterator[Phrase]:
        for concept in concepts:
            if not concept.narrow:
                yield from self._called((concept,))
            yield from self._phrases(concept.holds)
            yield from self._phrases(concept.usual)

    def _called(self, concepts: Iterable[Concept]) -> Iterator[Phrase]:
        for concept in concepts:
            yield from (phrase(spelling, ENGLISH) for spelling in spellings(concept.name))
            yield from self._phrases(concept.called)

    def _claims(self, term: str, above: Iterable[Concept]) -> Iterator[Phrase]:
        for concept in above:
            yield from self._phrases(concept.free)
        for diet in self._taxonomy.diets_without(term):
            for words in (diet.names, diet.called):
                yield from self._phrases(words)

    def _phrases(self, words: WordLists) -> Iterator[Phrase]:
        for language in self._languages:
            for word in words.get(language, ()):
                for spelling in spellings(word) if language == ENGLISH else (word,):
                    yield phrase(spelling, language)

    def _spared(self, concepts: Iterable[Concept], things: Sequence[Phrase]) -> dict[str, tuple[Phrase, ...]]:
        """For each thing the phrases with its words that are not the thing."""
        sparing = list(dict.fromkeys(made for concept in concepts for made in self._phrases(concept.spared)))
        spared = {thing.text: tuple(made for made in sparing if _speaks_of(made, thing)) for thing in things}
        return {text: phrases for text, phrases in spared.items() if phrases}


def _speaks_of(sparing: Phrase, thing: Phrase) -> bool:
    return not set(sparing.forms).isdisjoint(thing.forms) or thing.text in sparing.text


def is_spared(matter: Matter, thing: Phrase, text: str, span: Span) -> bool:
    """Whether a thing's words stand within a phrase that is not the thing, or tell of a picture's background."""
    start, end = max(0, span[0] - NEAR), span[1] + NEAR
    window = text[start:end]
    within = (
        first + start <= span[0] and span[1] <= last + start
        for sparing in matter.spared.get(thing.text, ())
        for first, last in sparing.find(window)
    )
    return any(within) or (matter.sort == COLOUR and matter.sayings.is_background(text, span))


def is_modified(matter: Matter, text: str, span: Span) -> bool:
    """Whether a word that claims freedom stands right before the thing: `vegan butter`, `gluten-free plain flour`."""
    before = text[max(0, span[0] - NEAR) : span[0]]
    gap = _MODIFIED.search(before)
    if gap is None:
        return False
    ends = {gap.start(), len(before.rstrip(" -"))}
    if any(end in ends for claim in matter.claims for _, end in claim.find(before)):
        return True
    return any(matter.sayings.free_end(before, end) in ends for own in matter.own for _, end in own.find(before))


def is_excused(matter: Matter, thing: Phrase, text: str, span: Span) -> bool:
    """Whether an item names a thing and does not hold it, as far as the words around tell."""
    if is_spared(matter, thing, text, span) or matter.sayings.is_denied(text, span):
        return True
    return is_modified(matter, text, span)


__all__ = ["Matter", "Matters", "is_excused", "is_spared"]
