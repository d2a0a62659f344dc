"""What people are told beside items and reasons: every sentence by name, in each of our languages."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from retrieval.files.yaml_text import parsed

FURTHER = ("de", "es", "fr", "it", "pt", "nl", "pl", "ru", "tr", "ja", "ko", "ar", "th")
THOUSANDS = {"de": ".", "es": ".", "fr": "\u202f"}  # what stands between thousands where it is no comma


class Note(str):
    """A sentence of `messages.yaml`: its English text, which can be told in other languages.

    Attributes:
        name: Of the sentence.
        values: What is filled in; a value `n` chooses between singular and plural, a note is told in the language of
            the whole, and a tuple is joined as its place says: `and`, `or`, `list` or `each`.

    Raises:
        KeyError: there is no such sentence, or a value is missing.
    """

    __slots__ = ("name", "values")

    def __new__(cls, name: str, **values: object) -> Note:
        """A sentence with its values."""
        # It is its own English text: whoever knows nothing of languages reads, logs and compares it as any other text.
        note = super().__new__(cls, _fill(name, "en", values))
        note.name, note.values = name, values
        return note

    name: str
    values: Mapping[str, object]

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (str(self), self.name, dict(self.values))

    def text_in(self, language: str) -> Note:
        """The sentence in a language, in English where there is no other; it can be told in a third one still."""
        # Some sentences are known in more languages than all are: small talk, and that there is nothing of the kind.
        known = language if language in sentences()[self.name] else answer_language(language)
        return _restored(_fill(self.name, known, self.values), self.name, self.values)


def _restored(text: str, name: str, values: Mapping[str, object]) -> Note:
    """A note with a text that it has already."""
    note = str.__new__(Note, text)
    note.name, note.values = name, values
    return note


def in_language(notes: Iterable[str], language: str) -> tuple[str, ...]:
    """Notes in a language; what is no note stays as it is."""
    return tuple(note.text_in(language) if isinstance(note, Note) else note for note in notes)


@cache
def sentences() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """By name and language the singular (`one`) and the plural (`other`) of every sentence."""
    content = {name: dict(entry) for name, entry in _content("messages.yaml").items()}
    for language in FURTHER:
        for name, text in _content(f"messages.{language}.yaml").items():
            content[name].setdefault(language, text)
    return {name: {language: _numbers(text) for language, text in entry.items()} for name, entry in content.items()}


@cache
def _content(file: str) -> dict[str, Any]:
    content: dict[str, Any] = parsed((files("agent.language") / file).read_text(encoding="utf-8"))
    return content


def languages() -> tuple[str, ...]:
    """ISO 639-1 codes of the languages in which people are told things, English first.

    They are those of `messages.yaml`; every other file of texts has the same. In further ones people are told what
    `messages.de.yaml` and its like say: conversation and notes, and not the page.
    """
    return tuple(next(iter(_content("messages.yaml").values())))


def answer_language(language: str) -> str:
    """The language that who writes in `language` is answered in: the same where it is one of ours, else English."""
    return language if language in languages() else "en"


def _numbers(entry: str | Mapping[str, str]) -> Mapping[str, str]:
    return {"one": entry, "other": entry} if isinstance(entry, str) else dict(entry)


def _fill(name: str, language: str, values: Mapping[str, object]) -> str:
    number = "one" if values.get("n") == 1 else "other"  # as the plural rules of Unicode call them
    # Values are no part of a template: braces in a title or in somebody's own words stay as they are.
    return _Filler(language).vformat(sentences()[name][language][number], (), values)


def _join(parts: tuple[str, ...], how: str, language: str) -> str:
    """`a; b; c`, `a, b, c`, or `a, b and c`."""
    language = language if language in sentences()[f"joint {how}"] else answer_language(language)
    joint = _fill(f"joint {how}", language, {})
    if how not in ("and", "or") or len(parts) < 2:
        return joint.join(parts)
    return joint.join([_fill("joint list", language, {}).join(parts[:-1]), parts[-1]])


class _Filler(string.Formatter):
    """Fills in a sentence; what is filled in is told in the language of the whole."""

    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, tuple):
            return _join(in_language(value, self._language), format_spec, self._language)
        if isinstance(value, Note):
            value = value.text_in(self._language)
        text = str(super().format_field(value, format_spec))
        if format_spec == "," and self._language in THOUSANDS:
            return text.replace(",", THOUSANDS[self._language])
        return text


__all__ = ["Note", "answer_language", "in_language", "languages", "sentences"]
