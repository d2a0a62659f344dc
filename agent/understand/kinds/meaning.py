"""Kinds of a catalog that mean the same as words which are the name of none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from agent.understand.kinds.census import Rows, value_kind
from agent.understand.tokens import forms
from retrieval.once import once

if TYPE_CHECKING:
    from retrieval.encoding import Encoder, Vectors

# Cosines from which two names mean the same kind: siblings lie close, so few are taken. Of 40 pairs of English names of
# different kinds none reaches it by all-MiniLM-L6-v2 (necklace and bracelet 0.73), of 30 of the same kind 8 do, and the
# list holds the rest. Across languages 9 of 15 pairs of one kind do by the multilingual encoder, none of 10 others.
LIKE_ENGLISH = 0.75
LIKE_MULTILINGUAL = 0.69
MOST_TERMS = 400


class Meanings:
    """Finds the kind of a catalog that is nearest in meaning.

    Args:
        terms: What the catalog's kinds are called, with the rows of their items.
        text: English text to vectors.
        multilingual: Text of many languages to vectors.
    """

    def __init__(self, terms: Mapping[str, Rows], text: Encoder | None, multilingual: Encoder | None) -> None:
        common = sorted(terms.items(), key=lambda term: -len(term[1]))[:MOST_TERMS]
        self._names = [name for name, _ in common]
        self._rows = [rows for _, rows in common]
        self._text, self._multilingual = text, multilingual

    def rows(self, words: str, language: str, *, listed: bool = False) -> Rows | None:
        """The items of the nearest kind; None where none is near enough.

        Args:
            listed: Whether the words are the name of a kind in our list: it is another than all others in that list.
        """
        for encoder, vectors, least in self._ways(language) if self._names else ():
            likeness = vectors @ encoder.encode([words])[0]
            best = int(np.argmax(likeness))
            if likeness[best] >= least and not self._differs(best, words, listed):
                return self._rows[best]
        return None

    def _differs(self, at: int, words: str, listed: bool) -> bool:
        """Whether a kind is another one in spite of its likeness: `tent pegs` are no tents."""
        name = forms(self._names[at])
        return (listed and value_kind(name) is not None) or set(name) < set(forms(words))

    def _ways(self, language: str) -> list[tuple[Encoder, Vectors, float]]:
        if language == "en":
            return [(self._text, self._english, LIKE_ENGLISH)] if self._text is not None else []
        return [(self._multilingual, self._many, LIKE_MULTILINGUAL)] if self._multilingual is not None else []

    @once
    def _english(self) -> Vectors:
        return _encoded(self._text, self._names)

    @once
    def _many(self) -> Vectors:
        return _encoded(self._multilingual, self._names)


def _encoded(encoder: Encoder | None, names: list[str]) -> Vectors:
    if encoder is None:
        raise ValueError("There is no encoder.")
    return encoder.encode(names)


__all__ = ["LIKE_ENGLISH", "LIKE_MULTILINGUAL", "Meanings"]
