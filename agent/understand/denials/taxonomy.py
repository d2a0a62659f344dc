"""The taxonomy of what people refuse: concepts with their kinds and shades, and diets, which exclude many of them.

It comes from `taxonomy.yaml` beside this module, which says its form. A file `taxonomy.yaml` of the same form in the
folder of a workspace adds to it: a concept or diet of a name that is there gets the words and kinds of both; one of a
new name joins the others; fields of a sort are added to those that are there. For a pet shop:

    concepts:
      grain:
        sort: food
        called: {en: [grain], de: [getreide*]}
        holds: {en: [corn meal, rice flour]}
        kinds: [wheat]
    diets:
      grain-free: {called: {en: [grain-free]}, excludes: [grain]}

A term that it does not have is a concept of its own, by its word in singular and plural.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from agent.errors import ConfigError
from agent.language.patterns import UNSPACED, data
from agent.understand.denials.phrases import plain
from agent.understand.spelling import Spelling
from agent.understand.tokens import flat, forms
from retrieval.files.yaml_text import parsed

FILE = "taxonomy.yaml"

_ROOM = "agent.understand.denials"
_REFERENCE = re.compile(r"\{(\w+)\}")
_PARTS = ("sorts", "plurals", "lists", "concepts", "diets")

WordLists = Mapping[str, tuple[str, ...]]  # by language


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that may be refused; its attributes stand in `taxonomy.yaml` as they are called here."""

    name: str
    sort: str = ""
    called: WordLists = field(default_factory=dict)
    holds: WordLists = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    spared: WordLists = field(default_factory=dict)
    free: WordLists = field(default_factory=dict)
    usual: WordLists = field(default_factory=dict)
    answered: tuple[str, ...] = ()
    narrow: bool = False
    allergen: bool = False
    unseen: bool = False
    yields: bool = False


@dataclass(frozen=True, slots=True)
class Diet:
    """A way to live, or a reader, that excludes many concepts."""

    name: str
    called: WordLists = field(default_factory=dict)
    excludes: tuple[str, ...] = ()
    asked: WordLists = field(default_factory=dict)
    met: WordLists = field(default_factory=dict)
    met_value: WordLists = field(default_factory=dict)
    met_not: WordLists = field(default_factory=dict)
    frees: bool = True

    @property
    def claims(self) -> tuple[WordLists, ...]:
        """Words by which an item says that it keeps to it."""
        return self.names, self.called, self.met

    @property
    def names(self) -> WordLists:
        """Its own name where that tells it; that of a reader, as `kids`, stands in any text."""
        return {"en": (self.name,)} if self.frees else {}


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of concepts.

    Attributes:
        fields: Names of fields that say what an item is of this sort, as forms.
        listed: Names of fields that list what it holds of this sort, as forms.
        silent: Names of fields that say nothing of it, whatever words stand in them, as forms.
    """

    name: str
    fields: frozenset[tuple[str, ...]] = frozenset()
    listed: frozenset[tuple[str, ...]] = frozenset()
    silent: frozenset[tuple[str, ...]] = frozenset()


class Taxonomy:
    """Concepts and diets, found by what people call them.

    Args:
        contents: What files of the form of `taxonomy.yaml` hold; later ones add to earlier ones.
    """

    def __init__(self, *contents: Mapping[str, Any]) -> None:
        merged = _merged(contents)
        lists = {name: tuple(words) for name, words in merged.get("lists", {}).items()}
        self.sorts = {name: _sort(name, entry or {}) for name, entry in merged.get("sorts", {}).items()}
        self.concepts = {name: _concept(name, entry, lists) for name, entry in merged.get("concepts", {}).items()}
        self.diets = {name: _diet(name, entry, lists) for name, entry in merged.get("diets", {}).items()}
        self._check()
        self._names = _Names((*self.diets.values(), *self.concepts.values()))

    def named(self, words: str, language: str = "en") -> str | None:
        """The concept or diet that words call by a name, in their language or in English; None where none is.

        Args:
            words: As somebody wrote them, in singular or plural.
        """
        return self._names.of(words, (language, "en"))

    def mended(self, words: str) -> str | None:
        """The concept or diet whose English name is meant by words with one slip of the finger."""
        return self._names.mended(words)

    def begins(self, flat_text: str, start: int, language: str) -> tuple[str, int] | None:
        """The longest name that begins at a place of a text in a language without spaces, and where it ends."""
        return self._names.begins(flat_text, start, language)

    def ends(self, flat_text: str, end: int, language: str) -> tuple[str, int] | None:
        """The longest name that ends at a place of such a text, and where it begins."""
        return self._names.ends(flat_text, end, language)

    def closure(self, name: str) -> tuple[Concept, ...]:
        """A concept and all its kinds, at any depth."""
        seen: dict[str, Concept] = {}
        waiting = [name]
        while waiting:
            concept = self.concepts[waiting.pop()]
            if concept.name not in seen:
                seen[concept.name] = concept
                waiting += concept.kinds
        return tuple(seen.values())

    def above(self, name: str) -> tuple[Concept, ...]:
        """A concept and all that it is a kind of: what is free of those is free of it."""
        mine = self.concepts[name]
        return tuple(concept for concept in self.concepts.values() if mine in self.closure(concept.name))

    def diets_without(self, name: str) -> tuple[Diet, ...]:
        """The diets that exclude a concept: what keeps to them is free of it."""
        above = {concept.name for concept in self.above(name)}
        return tuple(diet for diet in self.diets.values() if diet.frees and above & set(diet.excludes))

    def _check(self) -> None:
        named = [(concept.name, name) for concept in self.concepts.values() for name in concept.kinds]
        named += [(diet.name, name) for diet in self.diets.values() for name in diet.excludes]
        for owner, name in named:
            if name not in self.concepts:
                raise ConfigError(
                    f"{FILE}: '{owner}' names '{name}', which is no concept.",
                    f"Add '{name}' under concepts, or take it out.",
                )


class _Names:
    """Concepts and diets by what they are called, in every language."""

    def __init__(self, owners: Iterable[Concept | Diet]) -> None:
        self._exact: dict[str, dict[tuple[str, ...], str]] = {}
        self._parts: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        self._unspaced: dict[str, dict[str, str]] = {}
        for owner in owners:
            self._take("en", owner.name, owner.name)
            for language, word in _pairs(owner.called):
                self._take(language, word, owner.name)
        self._spelling = Spelling(word for form in self._exact.get("en", {}) if len(form) == 1 for word in form)
        self._longest = {language: max(map(len, names)) for language, names in self._unspaced.items()}

    def of(self, words: str, languages: Iterable[str]) -> str | None:
        low = flat(words).strip()
        form = forms(plain(low))
        for language in languages:
            name = self._unspaced.get(language, {}).get(low) or self._exact.get(language, {}).get(form)
            if name:
                return name
            for pattern, name in self._parts.get(language, ()):
                if pattern.fullmatch(low):
                    return name
        return None

    def mended(self, words: str) -> str | None:
        form = forms(words)
        meant = self._spelling.mend(form[0]) if len(form) == 1 and len(form[0]) > 4 else None
        return self._exact["en"].get((meant,)) if meant else None

    def begins(self, flat_text: str, start: int, language: str) -> tuple[str, int] | None:
        names = self._unspaced.get(language, {})
        for length in range(self._longest.get(language, 0), 0, -1):
            if name := names.get(flat_text[start : start + length]):
                return name, min(start + length, len(flat_text))
        return None

    def ends(self, flat_text: str, end: int, language: str) -> tuple[str, int] | None:
        names = self._unspaced.get(language, {})
        for length in range(min(end, self._longest.get(language, 0)), 0, -1):
            if name := names.get(flat_text[end - length : end]):
                return name, end - length
        return None

    def _take(self, language: str, word: str, name: str) -> None:
        if language in UNSPACED:
            self._unspaced.setdefault(language, {}).setdefault(flat(word), name)
        elif "*" in word:
            pattern = r"\w*".join(map(re.escape, flat(word).split("*")))
            self._parts.setdefault(language, []).append((re.compile(pattern), name))
        else:
            self._exact.setdefault(language, {}).setdefault(forms(plain(flat(word))), name)


def load_taxonomy(folder: Path | None = None) -> Taxonomy:
    """The taxonomy of ours, with what a workspace folder adds.

    Raises:
        ConfigError: the folder's file is not of the form.
    """
    path = folder / FILE if folder else None
    return Taxonomy(data(_ROOM, FILE), _read(path)) if path and path.is_file() else taxonomy()


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy of ours alone, read once."""
    return Taxonomy(data(_ROOM, FILE))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = parsed(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", "Correct it, or take it away.") from error
    if not isinstance(content, dict) or not set(content) <= set(_PARTS):
        raise ConfigError(f"{path} holds no taxonomy.", f"Write any of the keys {', '.join(_PARTS)}.")
    return content


def _merged(contents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for content in contents:
        whole = _joined(whole, content)
    return whole


def _joined(first: Any, second: Any) -> Any:
    """Two parts of files as one: tables by key, lists one behind the other, else the second."""
    if isinstance(first, dict) and isinstance(second, Mapping):
        return {**first, **{key: _joined(first.get(key), value) for key, value in second.items()}}
    if isinstance(first, list) and isinstance(second, list):
        return [*first, *second]
    return dict(second) if isinstance(second, Mapping) and not isinstance(second, dict) else second


def _sort(name: str, entry: Mapping[str, Any]) -> Sort:
    return Sort(
        name, *(frozenset(forms(word) for word in entry.get(key, ())) for key in ("fields", "listed", "silent"))
    )


def _concept(name: str, entry: object, lists: WordLists) -> Concept:
    table = _table(name, entry)
    words = {key: _words(name, table.get(key), lists) for key in ("called", "holds", "spared", "free", "usual")}
    return Concept(
        name,
        str(table.get("sort", "")),
        kinds=tuple(table.get("kinds", ())),
        answered=tuple(table.get("answered", ())),
        narrow=bool(table.get("narrow")),
        allergen=bool(table.get("allergen")),
        unseen=bool(table.get("unseen")),
        yields=bool(table.get("yields")),
        **words,
    )


def _diet(name: str, entry: object, lists: WordLists) -> Diet:
    table = _table(name, entry)
    keys = {key.replace(" ", "_"): key for key in ("called", "asked", "met", "met value", "met not")}
    words = {attribute: _words(name, table.get(key), lists) for attribute, key in keys.items()}
    excludes, frees = tuple(table.get("excludes", ())), bool(table.get("frees", True))
    return Diet(name, excludes=excludes, frees=frees, **words)


def _table(name: str, entry: object) -> Mapping[str, Any]:
    if not isinstance(entry, Mapping):
        raise ConfigError(f"{FILE}: '{name}' is {entry!r}, not a set of keys.", "Write '{called: {en: [word]}}'.")
    return entry


def _words(name: str, entry: object, lists: WordLists) -> WordLists:
    by_language = entry or {}
    if not isinstance(by_language, Mapping) or not all(isinstance(words, list) for words in by_language.values()):
        raise ConfigError(f"{FILE}: '{name}' has {entry!r} where words by language belong.", "Write '{en: [word]}'.")
    return {language: tuple(_spelled_out(words, lists)) for language, words in by_language.items()}


def _spelled_out(words: Iterable[object], lists: WordLists) -> Iterator[str]:
    """The words, with those of the lists in the places of their names."""
    for word in map(str, words):
        names = _REFERENCE.findall(word)
        if strange := [name for name in names if name not in lists]:
            raise ConfigError(
                f"{FILE}: '{word}' speaks of a list that is not there.", f"Add '{strange[0]}' under lists."
            )
        for choice in product(*(lists[name] for name in names)):
            yield word.format(**dict(zip(names, choice, strict=True))) if names else word


def _pairs(words: WordLists) -> Iterator[tuple[str, str]]:
    return ((language, word) for language, listed in words.items() for word in listed)


__all__ = ["FILE", "Concept", "Diet", "Sort", "Taxonomy", "WordLists", "load_taxonomy", "taxonomy"]
