"""What readers look for in texts: the words and phrases of each language, from a YAML file of the reader's room.

A file has an entry per language, in that one per reader, and in that the patterns by name:

    en:
      acts:
        again: ['\\bshow\\b.*\\bagain\\b', \\bback to\\b]
    zh:
      acts:
        again: [再看, 再显示]

A pattern is a regular expression, a list of alternatives, or a table of words and what each stands for. In a pattern
`{{name}}` stands for the alternatives of another one of the same reader and language; a name that serves such parts
alone is a language's own. Every other name stands under every language, with an empty list where it has no such words.

Further languages have files of their own beside it, `patterns.de.yaml`, read when a text is in that language. They hold
the readers and names that they have words for; the others are empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from retrieval.files.yaml_text import parsed

FILE = "patterns.yaml"
UNSPACED = frozenset({"ja", "th", "zh"})  # languages that set no spaces between words

_LANGUAGE = re.compile(r"[a-z]{2}")
_REFERENCE = re.compile(r"\{\{([a-z ]+)\}\}")

Entry = tuple[str, ...] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Patterns:
    """What one reader looks for.

    Attributes:
        source: The file and the reader, for whoever mends the file.
        by_language: For each language the alternatives, or the table, by name.
    """

    source: str
    by_language: Mapping[str, Mapping[str, Entry]]

    def __getitem__(self, name: str) -> str:
        """The alternatives of all languages, as the inside of a group: `a|b|甲|乙`.

        Raises:
            KeyError: there is no such pattern.
        """
        return "|".join(self.alternatives(name))

    def words(self, name: str) -> str:
        r"""The same as whole words, where the language sets spaces between words: `\b(?:a|b)\b|甲|乙`."""
        return "|".join(part for language in self.by_language if (part := self._whole(language, name)))

    def alternatives(self, name: str) -> tuple[str, ...]:
        """The alternatives of all languages one by one; of a table its words.

        Raises:
            KeyError: there is no such pattern.
        """
        return tuple(one for entry in self._entries(name) for one in entry)

    def table(self, name: str) -> Mapping[str, Any]:
        """What each word of a table stands for.

        Raises:
            KeyError: there is no such table.
        """
        tables = (entry for entry in self._entries(name) if isinstance(entry, Mapping))
        return {word: meaning for table in tables for word, meaning in table.items()}

    def only(self, language: str) -> Patterns:
        """The same in one language, for code that reads the grammar of that language."""
        return replace(self, by_language={language: self.by_language[language]})

    def among(self, languages: Sequence[str]) -> Patterns:
        """The same in these languages, the words of the first one first."""
        return replace(self, by_language={language: self.by_language[language] for language in languages})

    def _whole(self, language: str, name: str) -> str:
        choice = self.only(language)[name]
        return choice if language in UNSPACED or not choice else rf"\b(?:{choice})\b"

    def _entries(self, name: str) -> list[Entry]:
        try:
            return [entries[name] for entries in self.by_language.values()]
        except KeyError:
            raise KeyError(f"{self.source} has no {name!r}.") from None


@cache
def patterns(room: str, reader: str, file: str = FILE) -> Patterns:
    """What a reader looks for, in every language of its room's file.

    Args:
        room: The package that holds the file.
        reader: Whose entry it is.

    Raises:
        ValueError: a language lacks a pattern that the others have, or a pattern is no text.
    """
    content, source = data(room, file), _source(room, file, reader)
    own = {language: part.get(reader, {}) for language, part in content.items() if _LANGUAGE.fullmatch(language)}
    _check_names(source, own, content.get(reader, ()))
    return Patterns(source, {language: _entries_of(source, language, entries) for language, entries in own.items()})


@cache
def patterns_in(room: str, reader: str, languages: tuple[str, ...]) -> Patterns:
    """What a reader looks for in these languages, the words of the first one first.

    Args:
        languages: Those of the room's file, and further ones that have a file of their own.

    Raises:
        ValueError: a further language has a name that no reader asks for.
    """
    common = patterns(room, reader)
    further = [language for language in languages if language not in common.by_language]
    added = {language: _further(common, room, reader, language) for language in further}
    return replace(common, by_language={**common.by_language, **added}).among(languages)


def _further(common: Patterns, room: str, reader: str, language: str) -> Mapping[str, Entry]:
    """What a further language has, and nothing for the names that it lacks."""
    file = f"patterns.{language}.yaml"
    source = _source(room, file, reader)
    entries = data(room, file).get(reader, {})
    names = {name for part in common.by_language.values() for name in part} | set(_REFERENCE.findall(str(entries)))
    if strange := [name for name in entries if name not in names]:
        raise ValueError(f"{source}: no reader asks for {', '.join(map(repr, strange))}. Use a name of {FILE}.")
    return dict.fromkeys(names, ()) | _entries_of(source, language, entries)


def _source(room: str, file: str, reader: str) -> str:
    return f"{room.replace('.', '/')}/{file}: {reader}"


def _entries_of(source: str, language: str, entries: Mapping[str, object]) -> dict[str, Entry]:
    place = f"{source} in {language}"
    plain = {name: _entry(place, name, value) for name, value in entries.items()}
    return {name: _expanded(place, entry, plain) for name, entry in plain.items()}


@cache
def data(room: str, file: str = FILE) -> Mapping[str, Any]:
    """A YAML file that lies in a room, read once."""
    text = (files(room) / file).read_text(encoding="utf-8")
    content: Mapping[str, Any] = parsed(text)
    return content


def _check_names(source: str, own: Mapping[str, Mapping[str, object]], shared: Iterable[str]) -> None:
    """Refuse a file in which a language lacks what readers may ask for: what another one has, or `shared` names."""
    names = dict.fromkeys(shared)
    for entries in own.values():
        parts = set(_REFERENCE.findall(str(entries)))
        names |= dict.fromkeys(name for name in entries if name not in parts)
    lacking = [
        f"{language} lacks {name!r}" for language, entries in own.items() for name in names if name not in entries
    ]
    if lacking or not names:
        raise ValueError(
            f"{source}: {', '.join(lacking) or 'no language has it'}. An empty list says that it has none."
        )


def _entry(source: str, name: str, value: object) -> Entry:
    entry = (value,) if isinstance(value, str) else value
    if not isinstance(entry, tuple | list | dict) or not all(isinstance(one, str) for one in (name, *entry)):
        raise ValueError(f"{source}: {name!r} holds what is no text, {value!r}. Put such words in quotation marks.")
    return entry if isinstance(entry, dict) else tuple(entry)


def _expanded(source: str, entry: Entry, entries: Mapping[str, Entry]) -> Entry:
    """The entry with the alternatives of others in the places of their names."""
    if isinstance(entry, Mapping):
        return entry

    def alternatives(match: re.Match[str]) -> str:
        if match[1] not in entries:
            raise ValueError(f"{source} lacks {match[1]!r}, which another pattern speaks of.")
        return "|".join(_expanded(source, entries[match[1]], entries))

    return tuple(_REFERENCE.sub(alternatives, pattern) for pattern in entry)


__all__ = ["Patterns", "data", "patterns", "patterns_in"]
