"""Words with one slip of the finger: a letter too many, too few, or two that changed places."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from string import ascii_lowercase

from agent.language.patterns import patterns
from agent.recent import recent

ALIKE = 0.8  # share of letters in their order that a word has in common with the one that is meant
_VOWELS = frozenset("aeiouy")
LEAST_LETTERS = 5  # in a shorter word one letter makes too much of a difference


class Spelling:
    """Known words, found in spite of one slip. One letter for another is no slip: `house` is not `horse`."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(word for word in known if len(word) >= LEAST_LETTERS and word.isalpha())
        # Known words by what is left of them without a letter: a look-up finds what a word lacks, at no cost.
        shorter: defaultdict[str, set[str]] = defaultdict(set)
        for word in self._known:
            for cut in _cuts(word):
                shorter[cut].add(word)
        self._shorter = shorter
        by_letter: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            by_letter[word[0]].append(word)
        self._by_letter = by_letter

    def mend(self, word: str) -> str | None:
        """The one known word that is meant; None when there is none or more than one, or the word is right."""
        if word.isascii() and not _VOWELS & set(word):
            return None  # `smth`, `pls`, `thx` are short for something
        # A word one letter short of the least may still be one that lost a letter.
        if len(word) < LEAST_LETTERS - 1 or word in self._known:
            return None
        meant = set(self._shorter.get(word, ()))
        if len(word) >= LEAST_LETTERS:
            meant.update(cut for cut in _cuts(word) if cut in self._known)
            meant.update(swapped for swapped in _swaps(word) if swapped in self._known)
        return meant.pop() if len(meant) == 1 else None

    def nearest(self, word: str) -> str | None:
        """The known word that is spelled most like one that nobody knows; None where none is, or two are as like.

        For words that stand in no list and no text: there `helmit` can hardly be anything but a helmet.
        """
        if len(word) < LEAST_LETTERS or word in self._known:
            return None
        near = [
            known
            for known in self._by_letter.get(word[0], ())
            if abs(len(known) - len(word)) <= 2 and SequenceMatcher(None, word, known).ratio() >= ALIKE
        ]
        return near[0] if len(near) == 1 else None

    def meant(self, word: str) -> str:
        """The known word that one is a slip of, by whichever way finds one; else the word itself."""
        return self.mend(word) or self.nearest(word) or word


def mended(text: str) -> str:
    """The text with the words that must-haves hang on spelled right."""
    return _LATIN.sub(lambda match: _CUES.mend(match[0].lower()) or match[0], text)


def slips(word: str) -> frozenset[str]:
    """All that differs from a word by one slip: a letter too many or too few, or two that changed places."""
    longer = {word[:at] + letter + word[at:] for at in range(1, len(word) + 1) for letter in ascii_lowercase}
    return frozenset(_cuts(word) | _swaps(word) | longer) - {word}


@recent(50_000)
def _cuts(word: str) -> frozenset[str]:
    """The word without one of its letters; the first one is never left out."""
    return frozenset(word[:at] + word[at + 1 :] for at in range(1, len(word)))


def _swaps(word: str) -> set[str]:
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}


_LATIN = re.compile(r"[A-Za-z]{4,12}")
_CUES = Spelling(patterns("agent.understand", "spelling").alternatives("cues"))

__all__ = ["Spelling", "mended", "slips"]
