"""What kinds of things are called, and which are wider than others: `kinds.yaml`, ready for looking up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from agent.language.patterns import UNSPACED, data
from agent.understand.tokens import forms

Forms = tuple[str, ...]
LANGUAGES = ("en", "zh", "de", "fr", "es", "it", "pt")  # in the order of the columns
NARROWER = "+"
MOST_WORDS = 8  # characters, in Chinese
_ENDINGS: Mapping[str, Sequence[str]] = {
    "de": ("e", "en", "n", "er", "ern", "s"),
    "fr": ("s", "x"),
    "es": ("s", "es"),
    "pt": ("s", "es"),
}
_LEAST_TAIL = 4  # letters of the last part of a German word that says what the whole is
_LEAST_FOREIGN = 4  # letters of a word that is looked up in languages the request is not said to be in


@dataclass(frozen=True, slots=True)
class World:
    """What a whole catalog may be of.

    Attributes:
        kind: Its kind of thing.
        of: The widest kinds that are at home there.
        fields: Names of fields that show it.
        works: Whether its things are named by authors, so that titles do not say what they are.
    """

    kind: str
    of: frozenset[str]
    fields: frozenset[str]
    works: bool


@dataclass(frozen=True, slots=True, eq=False)
class KindNames:
    """The names of kinds.

    Attributes:
        by_language: For each language the kind by its name.
        words: For each language but English what each kind is called first.
        wider: By kind those that it is a kind of, itself among them.
        narrower: By kind all that are of it, itself among them.
        vague: Words that ask for no kind.
        parts: Words that stand for an amount of what follows them.
        riders: Words behind a kind that make it another thing.
        never: Words that name no kind.
        broad: Kinds too wide for items of theirs to stand in for a narrower one.
        fields: Names of the fields that may say what an item is.
        sure_fields: Those of them that surely do.
    """

    by_language: Mapping[str, Mapping[Forms, str]]
    words: Mapping[str, Mapping[str, str]]
    wider: Mapping[str, frozenset[str]]
    narrower: Mapping[str, frozenset[str]]
    vague: frozenset[str]
    parts: frozenset[str]
    riders: frozenset[str]
    never: frozenset[str]
    broad: frozenset[str]
    fields: frozenset[str]
    sure_fields: frozenset[str]
    worlds: tuple[World, ...]

    def find(self, name: Forms, language: str = "en") -> str | None:
        """The kind of this name; in a language that is not said it is looked for where the name is long enough."""
        if (kind := self.known(name, language)) is not None:
            return kind
        if language == "en" and sum(map(len, name)) < _LEAST_FOREIGN:
            return None
        return next((kind for other in LANGUAGES if (kind := self.known(name, other)) is not None), None)

    def related(self, kind: str, other: str) -> bool:
        """Whether one of two kinds is of the other."""
        return kind in self.wider[other] or other in self.wider[kind]

    def called(self, kind: str, language: str) -> str:
        """What a kind is called in a language, as a dictionary has it; its English name where it has none."""
        return self.words.get(language, {}).get(kind, kind)

    def longest(self, language: str) -> int:
        """Words of the longest name in a language."""
        return MOST_WORDS if language in UNSPACED else 4

    def known(self, name: Forms, language: str) -> str | None:
        """The kind of this name in one language."""
        names = self.by_language.get(language, {})
        kind = names.get(name)
        if kind is None and language == "de" and len(name) == 1:
            kind = next((names[tail,] for tail in _tails(name[0]) if (tail,) in names), None)
        return kind


@cache
def kind_names() -> KindNames:
    """The names of kinds, read once."""
    content = data("agent.understand.kinds", "kinds.yaml")
    parents = {kind: columns[0] for kind, columns in content["kinds"].items()}
    for kind, columns in content["kinds"].items():
        parents |= {name: kind for name in _narrower(columns) if name not in parents}
    wider = {kind: frozenset(_wider(kind, parents)) for kind in parents}
    narrower: defaultdict[str, set[str]] = defaultdict(set)
    for kind, wide in wider.items():
        for other in wide:
            narrower[other].add(kind)
    vague, parts, riders, never = (frozenset(_plain(content[part])) for part in ("vague", "parts", "riders", "never"))
    sure_fields = _field_names(content["sure_fields"])
    return KindNames(
        by_language=_by_language(content["kinds"], parents),
        words=_words(content["kinds"]),
        wider=wider,
        narrower={kind: frozenset(all_of_it) for kind, all_of_it in narrower.items()},
        vague=vague,
        parts=parts,
        riders=riders,
        never=never,
        broad=frozenset(content["broad"]),
        fields=sure_fields | _field_names(content["fields"]),
        sure_fields=sure_fields,
        worlds=tuple(_world(kind, entry) for kind, entry in content["worlds"].items()),
    )


def _world(kind: str, entry: Mapping[str, Any]) -> World:
    return World(kind, frozenset(entry["of"]), _field_names(entry["fields"]), entry["works"])


def _field_names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(forms(name)) for name in names)


def _plain(listed: Iterable[str]) -> Iterator[str]:
    """Single words as they are compared."""
    return ("".join(forms(word)) for word in listed)


def _names(column: str, language: str) -> Iterator[Forms]:
    for name in filter(None, column.split("/")):
        if name.startswith(NARROWER):
            continue
        form = forms(name)
        yield form
        for ending in _ENDINGS.get(language, ()):
            yield (*form[:-1], form[-1] + ending)
        if language == "it" and form[-1][-1:] in "oae":
            yield from ((*form[:-1], form[-1][:-1] + vowel) for vowel in "ie")
        if language == "it" and len(form) > 1 and form[0][-1:] in "oae":
            yield from ((form[0][:-1] + vowel, *form[1:]) for vowel in "ie")
        if language in ("es", "pt", "fr") and len(form) > 1:  # `bota de senderismo`: the first word takes the plural
            yield (form[0] + "s", *form[1:])


def _narrower(columns: Sequence[str]) -> list[str]:
    """The names of narrower kinds that a line lists."""
    return [name[1:] for name in columns[1].split("/") if name.startswith(NARROWER)]


def _by_language(kinds: Mapping[str, Sequence[str]], parents: Mapping[str, str]) -> Mapping[str, Mapping[Forms, str]]:
    """For each language the kind by its name; where two kinds share a name, that of the first one listed."""
    by_language: dict[str, dict[Forms, str]] = {language: {} for language in LANGUAGES}
    for kind in parents:
        by_language["en"].setdefault(forms(kind), kind)
    for kind, columns in kinds.items():
        for language, column in zip(LANGUAGES, columns[1:], strict=False):
            for name in _names(column, language):
                by_language[language].setdefault(name, kind)
    return by_language


def _words(kinds: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, str]]:
    """For each language but English what each kind is called first."""
    columns = enumerate(LANGUAGES[1:], start=2)
    return {
        language: {kind: names[at].split("/")[0] for kind, names in kinds.items() if len(names) > at and names[at]}
        for at, language in columns
    }


def _wider(kind: str, parents: Mapping[str, str]) -> Iterator[str]:
    """A kind and all that it is of."""
    yield kind
    for parent in filter(None, parents[kind].split("/")):
        yield from _wider(parent, parents)


def _tails(word: str) -> Iterator[str]:
    """The ends of a word that may be its last part, the longest first."""
    return (word[at:] for at in range(2, len(word) - _LEAST_TAIL + 1))


__all__ = ["MOST_WORDS", "Forms", "KindNames", "World", "kind_names"]
