"""PhraseBook of a reader's file as regular expressions over plain texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from agent.language.patterns import UNSPACED, patterns
from agent.understand.tokens import flat

_ALIKE = str.maketrans("łıىø", "liيo")  # letters that people write for each other, which are no letter and an accent
_BARE = ("(?<", r"\b")  # a phrase that begins so says itself where it may stand


def plain(text: str) -> str:
    """A text as phrases are written, in lower case and without accents, every character still in its place."""
    return flat(text).translate(_ALIKE)


class PhraseBook:
    """What a reader looks for, in some languages.

    Args:
        room: The package whose `patterns.yaml` holds it.
        reader: Its entry there.
        languages: Those that count; all of them if none is given.
    """

    def __init__(self, room: str, reader: str, languages: tuple[str, ...] = ()) -> None:
        every = patterns(room, reader)
        self._parts = {language: every.only(language) for language in languages or every.by_language}
        self.languages = frozenset(self._parts)
        self._compiled: dict[tuple[str, str, str], re.Pattern[str]] = {}

    def source(self, name: str) -> str:
        """The inside of a group that matches any phrase of that name, whole words where a language sets spaces."""
        parts = self._parts.items()
        return "|".join(_whole(own, phrase) for own, part in parts for phrase in part.alternatives(name)) or "(?!)"

    def regex(self, name: str, before: str = "", behind: str = "") -> re.Pattern[str]:
        """The phrases of a name between two other patterns."""
        key = (name, before, behind)
        if key not in self._compiled:
            self._compiled[key] = re.compile(f"{before}(?:{self.source(name)}){behind}")
        return self._compiled[key]

    def table(self, name: str) -> Iterator[tuple[re.Pattern[str], str]]:
        """Each phrase of a table, and what it stands for."""
        for language, part in self._parts.items():
            for phrase, meaning in part.table(name).items():
                yield re.compile(_whole(language, phrase)), str(meaning)


def _whole(language: str, phrase: str) -> str:
    text = plain(phrase)
    bare = language in UNSPACED or text.startswith(_BARE)
    return f"(?:{text})" if bare else rf"\b(?:{text})\b"


@cache
def phrases(room: str, reader: str, languages: tuple[str, ...] = ()) -> PhraseBook:
    """The phrases of a reader in some languages, compiled once."""
    return PhraseBook(room, reader, languages)


__all__ = ["PhraseBook", "phrases", "plain"]
