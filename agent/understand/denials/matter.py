"""Matter: what is looked for in the texts of items to tell whether they hold a thing or are free of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.language.patterns import patterns
from agent.understand.denials.cues import NOTHING, flattened
from agent.understand.denials.phrases import Phrase, phrase, spellings
from agent.understand.denials.taxonomy import Concept, Taxonomy, WordLists
from agent.understand.spans import Span

BEFORE = 60  # characters before a thing in which it may be said that it is not there

_WORDS = patterns("agent.understand.denials", "holding")


@dataclass(frozen=True, slots=True)
class Matter:
    """A thing as items speak of it.

    Attributes:
        sort: Of the taxonomy, empty for a word that it does not have.
        phrases: Words of what holds it.
        own: Words that it, or what it is a kind of, is called by: free of those is free of it.
        claims: Words by which an item says that it is free of it.
        spared: By phrase what holds its words and not the thing.
    """

    sort: str
    phrases: tuple[Phrase, ...]
    own: tuple[Phrase, ...]
    claims: tuple[Phrase, ...]
    spared: dict[str, re.Pattern[str]]


class Matters:
    """Makes matter of terms, in the languages of a catalog."""

    def __init__(self, known: Taxonomy, languages: Sequence[str]) -> None:
        self._taxonomy = known
        self._languages = languages

    def of(self, term: str) -> Matter:
        """What is looked for of a concept, or of a word that the taxonomy does not have."""
        concept = self._taxonomy.concepts.get(term)
        if concept is None:
            words = tuple(phrase(spelling) for spelling in spellings(term))
            return Matter("", words, words, (), {})
        closure, above = self._taxonomy.closure(term), self._taxonomy.above(term)
        things = list(dict.fromkeys(self._things(closure)))
        return Matter(
            sort=concept.sort,
            phrases=tuple(things),
            own=tuple(dict.fromkeys(self._called(above))),
            claims=tuple(dict.fromkeys(self._claims(term, above))),
            spared=self._spared(closure, things),
        )

    def phrases(self, words: Iterable[WordLists]) -> tuple[Phrase, ...]:
        """Phrases of words by language."""
        return tuple(dict.fromkeys(made for lists in words for made in self._phrases(lists)))

    def _things(self, concepts: Iterable[Concept]) -> Iterator[Phrase]:
        for concept in concepts:
            if not concept.narrow:
                yield from self._called((concept,))
            yield from self._phrases(concept.holds)

    def _called(self, concepts: Iterable[Concept]) -> Iterator[Phrase]:
        for concept in concepts:
            yield from map(phrase, spellings(concept.name))
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
                for spelling in spellings(word) if language == "en" else (word,):
                    yield phrase(spelling, language)

    def _spared(self, concepts: Iterable[Concept], things: Sequence[Phrase]) -> dict[str, re.Pattern[str]]:
        """For each thing the phrases with its words that are not the thing."""
        sparing = [(made, set(made.forms)) for concept in concepts for made in self._phrases(concept.spared)]
        spared = {}
        for thing in things:
            patterns_of = [made.pattern.pattern for made, forms in sparing if _speaks_of(made, forms, thing)]
            if patterns_of:
                spared[thing.text] = re.compile("|".join(patterns_of))
        return spared


def _speaks_of(sparing: Phrase, forms: set[str], thing: Phrase) -> bool:
    return bool(forms & set(thing.forms)) or thing.text in sparing.text


def _alternatives(name: str) -> str:
    return flattened(_WORDS[name])


def _any(name: str) -> re.Pattern[str]:
    choice = _alternatives(name)
    return re.compile(choice) if choice else NOTHING


_FREE = _alternatives("free before")
_BETWEEN = _alternatives("between")
_OR = rf"(?:\s*,\s*|\s+|\s*,\s+)(?:{_alternatives('or')})\s+"
_ITEM = r"[^\W\d]\w*(?:[ -]\w+)?"
# `Without nuts`, `no nuts, eggs or milk`: the last of a list behind its `or`, the first behind the cue.
_CUED = rf"(?:{_FREE})\s*(?:(?:{_BETWEEN})\s+)*"
_CLOSING = re.compile(rf"{_CUED}{_ITEM}(?:\s*,\s*{_ITEM}){{0,4}}{_OR}(?:(?:{_BETWEEN})\s+)*$")
_DIRECT = re.compile(rf"{_CUED}$")
_WITHIN = re.compile(rf"{_CUED}{_ITEM}(?:\s*,\s*{_ITEM}){{0,3}}\s*,\s*$")
_GOING_ON = re.compile(rf"(?:\s*,\s*{_ITEM}){{0,3}}{_OR}\w")
_BEHIND = _any("free behind")
_NO_CLAIM_BEFORE = _any("no claim before")
_NO_CLAIM_BEHIND = _any("no claim behind")
_BACKGROUND = _any("background")
_MODIFIED = re.compile(r"[\s-]+(?:[\w-]+[\s-]+)?$")


def is_excused(matter: Matter, thing: Phrase, text: str, span: Span) -> bool:
    """Whether an item names a thing and does not hold it, as far as the words around tell."""
    return is_spared(matter, thing, text, span) or is_denied(text, span) or is_modified(matter, text, span)


def is_spared(matter: Matter, thing: Phrase, text: str, span: Span) -> bool:
    """Whether a thing's words stand within a phrase that is not the thing, or tell of a picture's background."""
    start, end = span
    around = max(0, start - 30)
    window = text[around : end + 30]
    spared = matter.spared.get(thing.text)
    if spared is not None and any(
        match.start() <= start - around and end - around <= match.end() for match in spared.finditer(window)
    ):
        return True
    return matter.sort == "colour" and any(
        match.start() <= start - around and end - around <= match.end() for match in _BACKGROUND.finditer(window)
    )


def is_denied(text: str, span: Span) -> bool:
    """Whether an item's text says that the thing is not there: `without nuts`, `nut-free`."""
    start, end = span
    if _BEHIND.match(text, end):
        return True
    before = text[max(0, start - BEFORE) : start]
    if _DIRECT.search(before) or _CLOSING.search(before):
        return True
    return _WITHIN.search(before) is not None and _GOING_ON.match(text, end) is not None


def is_modified(matter: Matter, text: str, span: Span) -> bool:
    """Whether a word that claims freedom stands right before the thing: `vegan butter`, `gluten-free plain flour`."""
    before = text[max(0, span[0] - BEFORE) : span[0]]
    gap = _MODIFIED.search(before)
    if gap is None:
        return False
    ends = {gap.start(), len(before.rstrip(" -"))}
    if any(end in ends for claim in matter.claims for _, end in claim.find(before)):
        return True
    return any(_free_end(before, end) in ends for own in matter.own for _, end in own.find(before))


def is_claim(text: str, span: Span) -> bool:
    """Whether the name of a diet or the like is said of the item itself: not of a variant, nor denied."""
    before = text[max(0, span[0] - BEFORE) : span[0]]
    return not _NO_CLAIM_BEFORE.search(before) and not _NO_CLAIM_BEHIND.match(text, span[1])


def _free_end(text: str, end: int) -> int:
    match = _BEHIND.match(text, end)
    return match.end() if match else -1


__all__ = ["Matter", "Matters", "is_claim", "is_denied", "is_excused", "is_modified", "is_spared"]
