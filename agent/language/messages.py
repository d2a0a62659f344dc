"""What people are told beside items and reasons: every sentence by name, in English and Chinese."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

LANGUAGES = ("en", "zh")
_JOINTS = {
    "en": {"and": " and ", "or": " or ", "list": ", ", "each": "; "},
    "zh": {"and": " 和 ", "or": " 或 ", "list": "、", "each": "；"},
}


class Note(str):
    """A sentence of `sentences.yaml`: its English text, which can be told in other languages.

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
        note = super().__new__(cls, _filled(name, "en", values))
        note.name, note.values = name, values
        return note

    name: str
    values: Mapping[str, object]

    def told(self, language: str) -> Note:
        """The sentence in a language, in English where there is no other; it can be told in a third one still."""
        chosen = language if language in LANGUAGES else "en"
        note = str.__new__(type(self), _filled(self.name, chosen, self.values))
        note.name, note.values = self.name, self.values
        return note


def in_language(notes: Iterable[str], language: str) -> tuple[str, ...]:
    """Notes in a language; what is no note stays as it is."""
    return tuple(one.told(language) if isinstance(one, Note) else one for one in notes)


@cache
def sentences() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """By name and language the singular (`one`) and the plural (`other`) of every sentence."""
    content = yaml.safe_load((files("agent.language") / "messages.yaml").read_text(encoding="utf-8"))
    return {name: {language: _numbers(entry[language]) for language in LANGUAGES} for name, entry in content.items()}


def _numbers(entry: str | Mapping[str, str]) -> Mapping[str, str]:
    return {"one": entry, "other": entry} if isinstance(entry, str) else dict(entry)


def _filled(name: str, language: str, values: Mapping[str, object]) -> str:
    number = "one" if values.get("n") == 1 else "other"
    return _Filler(language).vformat(sentences()[name][language][number], (), values)


def _joined(parts: tuple[str, ...], joints: Mapping[str, str], how: str) -> str:
    """`a; b; c`, `a, b, c`, or `a, b and c`."""
    if how not in ("and", "or") or len(parts) < 2:
        return joints[how].join(parts)
    return joints[how].join([joints["list"].join(parts[:-1]), parts[-1]])


class _Filler(string.Formatter):
    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, tuple):
            return _joined(in_language(value, self._language), _JOINTS[self._language], format_spec)
        if isinstance(value, Note):
            value = value.told(self._language)
        return str(super().format_field(value, format_spec))


__all__ = ["LANGUAGES", "Note", "in_language", "sentences"]
