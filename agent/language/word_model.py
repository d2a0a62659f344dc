"""Words of each language, and how they are spelled: what tells languages in Latin letters apart."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from agent.language.patterns import data

ENGLISH = "en"
LONGEST = 4  # letters of a stretch that is counted
SMOOTHING = 0.1  # added to each count
SPELLING = 0.2  # of a word's likelihood by its stretches, which overlap and so say the same several times
LISTED = 3.0  # that a word stands in a language's list, in natural logarithms
ENGLISH_FIRST = 3.0  # how much likelier English is before a word was read, since most catalogs are
_FILE = "words.yaml"
_NOT_LATIN = ("any", "han")
_TOKEN = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’-][^\W\d_]+)*(?![^\W_])")  # no part of `ps4`, `140x200`
_APART = str.maketrans({"ł": "l", "ı": "i", "ß": "ss", "œ": "oe", "æ": "ae", "ø": "o"})


class WordModel:
    """Tells by its words which language a text is in: naive Bayes over stretches of letters, and lists of words.

    Args:
        lists: By language, words of it.
        neutral: Words that tell nothing.
    """

    def __init__(self, lists: Mapping[str, Sequence[str]], neutral: Collection[str] = ()) -> None:
        self._languages = tuple(lists)
        self._neutral = frozenset(neutral)
        self._listed: dict[str, set[int]] = {}
        counts = list[Counter[str]]()
        for position, words in enumerate(lists.values()):
            spelled = {form for word in words for form in _spellings(word)}
            for form in spelled:
                self._listed.setdefault(form, set()).add(position)
            counts.append(Counter(stretch for form in spelled for stretch in _stretches(form)))
        self._rows = {stretch: row for row, stretch in enumerate(dict.fromkeys(s for count in counts for s in count))}
        self._likelihoods = self._weighed(counts)

    def shares(self, text: str, english: Collection[str] = ()) -> Mapping[str, float]:
        """The probability of each language, given that it is one of them.

        Args:
            english: Words that are English beside those of the list, lower case.
        """
        scores = np.zeros(len(self._languages))
        if ENGLISH in self._languages:
            scores[self._languages.index(ENGLISH)] = ENGLISH_FIRST
        for match in _TOKEN.finditer(text.lower()):
            if len(match[0]) > 1 and match[0] not in self._neutral:
                scores += self._score(match[0], known_english=match[0] in english)
        likelihoods = np.exp(scores - scores.max())
        return dict(zip(self._languages, (likelihoods / likelihoods.sum()).tolist(), strict=True))

    def _score(self, word: str, *, known_english: bool) -> NDArray[np.float64]:
        """How much a word speaks for each language, shape (n_languages,)."""
        rows = [row for stretch in _stretches(word) if (row := self._rows.get(stretch)) is not None]
        score: NDArray[np.float64] = SPELLING * self._likelihoods[rows].sum(axis=0, dtype=np.float64)
        listed = self._listed.get(word) or self._listed.get(_folded(word)) or set[int]()
        for position, language in enumerate(self._languages):
            if position in listed or (known_english and language == ENGLISH):
                score[position] += LISTED
        return score

    def _weighed(self, counts: Sequence[Counter[str]]) -> NDArray[np.float32]:
        """Log-likelihood of each stretch in each language, above the mean of all, shape (n_stretches, n_languages).

        p(stretch | language) = (count + SMOOTHING) / (all stretches as long + SMOOTHING x how many different ones)
        """
        stretches = list(self._rows)
        lengths = np.array([len(stretch) for stretch in stretches])
        table = np.array([[count[stretch] for count in counts] for stretch in stretches]) + SMOOTHING
        for length in range(1, LONGEST + 1):
            table[lengths == length] /= table[lengths == length].sum(axis=0)
        likelihoods = np.log(table)
        above: NDArray[np.float32] = (likelihoods - likelihoods.mean(axis=1, keepdims=True)).astype(np.float32)
        return above


@cache
def word_model() -> WordModel:
    """The model of the languages whose words `words.yaml` lists, built once."""
    content = data("agent.language", _FILE)
    lists = {language: words.split() for language, words in content.items() if language not in _NOT_LATIN}
    return WordModel(lists, content["any"].split())


def _stretches(word: str) -> Iterator[str]:
    """All stretches of letters in a word, its beginning and end marked."""
    marked = f"<{word}>"
    for length in range(1, LONGEST + 1):
        yield from (marked[at : at + length] for at in range(len(marked) - length + 1))


def _spellings(word: str) -> tuple[str, ...]:
    """A word as it is written, and as people type it without accents."""
    return tuple(dict.fromkeys((word, _folded(word))))


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.translate(_APART))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


__all__ = ["ENGLISH", "WordModel", "word_model"]
