"""Phrases: words of a thing, found in texts of items in singular and plural, with a space or a hyphen between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.language.patterns import UNSPACED, data
from agent.recent import recent
from agent.understand.spans import Span
from agent.understand.tokens import WIDE, flat, forms
from retrieval.text.words import singular, words

ANY = "*"  # any letters, at the beginning or the end of a word

_BETWEEN = r"[^\w]{1,3}"
_UNSPACED = re.compile(rf"[{WIDE}\u0e00-\u0e7f\uac00-\ud7af]")
_LETTER = re.compile(r"\w")
_WORD = re.compile(r"[a-z]+")
_PLURALS: Mapping[str, str] = data("agent.understand.denials", "taxonomy.yaml")["plurals"]
_SINGULARS = {singular: plural for plural, singular in _PLURALS.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """One way to name a thing.

    Attributes:
        text: As the taxonomy writes it.
        tokens: What an index of words holds where an item holds the phrase; with `ANY` where only a part is known.
        forms: The words one by one as they are compared; empty where letters alone decide.
        open: Whether other letters may stand before it.
    """

    text: str
    tokens: tuple[str, ...]
    forms: tuple[str, ...]
    open: bool
    pattern: re.Pattern[str]

    def find(self, flat_text: str) -> Iterator[Span]:
        """Where it stands in a flat text."""
        for match in self.pattern.finditer(flat_text):
            start = match.start()
            if not self.open and start and _LETTER.match(flat_text, start - 1):
                continue
            if not self.forms or tuple(map(singular, match.groups())) == self.forms:
                yield match.span()


@recent(20_000)
def phrase(text: str, language: str) -> Phrase:
    """The phrase that a word or several make in a language."""
    if language in UNSPACED or _UNSPACED.search(text):
        whole = flat(text)
        # A single character is no token of its own where others stand beside it.
        tokens = tuple(words(text)) if len(whole) > 1 else (f"{ANY}{whole}{ANY}",)
        return Phrase(text, tokens, (), True, re.compile(re.escape(whole)))
    if ANY in text:
        return _partial(text)
    parts = forms(text)
    pattern = _BETWEEN.join(map(_inflected, parts))
    return Phrase(text, tuple(words(text)), parts, False, re.compile(rf"{pattern}(?!\w)"))


def spellings(text: str) -> tuple[str, ...]:
    """An English word or phrase, and with the last word in a plural that spelling does not tell: `goose`, `geese`."""
    head, _, last = text.rpartition(" ")
    other = _SINGULARS.get(last) or _PLURALS.get(last)
    return (text, f"{head} {other}".strip()) if other else (text,)


def plain(text: str) -> str:
    """A flat text with such plurals in the singular."""
    return _WORD.sub(lambda match: _PLURALS.get(match[0], match[0]), text)


def _partial(text: str) -> Phrase:
    """A phrase of which beginnings or endings of words are known."""
    parts = flat(text).split()
    pattern = _BETWEEN.join(re.escape(part.strip(ANY)) + (r"\w*" if part.endswith(ANY) else "") for part in parts)
    tokens = tuple(f"{ANY * part.startswith(ANY)}{part.strip(ANY)}{ANY * part.endswith(ANY)}" for part in parts)
    return Phrase(text, tokens, (), text.startswith(ANY), re.compile(rf"{pattern}(?!\w)"))


def _inflected(form: str) -> str:
    """A word in singular and plural, which is looked at once more: `form` is what both are cut to."""
    if form.endswith("y"):
        return rf"({re.escape(form[:-1])}(?:y|ys|ie|ies))"
    return rf"({re.escape(form)}(?:s|es)?)"


__all__ = ["ANY", "Phrase", "phrase", "plain", "spellings"]
