"""The languages whose words a text is read with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from agent.language.patterns import data
from agent.understand.lexicon import FURTHER, further, lexicon
from agent.understand.tokens import flat

Languages = tuple[str, ...]
COMMON: Languages = ("en", "zh")  # whose words stand in the rooms' own files

MOST = 2  # languages beside English; words of more than that tell none of them
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
# Japanese is told by its syllables, and by characters that Chinese writes otherwise.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff円黒価絵戦発売駅気]|以降")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_WORD = re.compile(r"[^\W\d_]+")


def languages_of(text: str, language: str | None = None) -> Languages:
    """Languages whose words may stand in a text, the likeliest first; English words may stand in every text.

    Args:
        language: That of the text, where it is known. A word of grammar of another one counts more than a guess, since
            what is read wrongly, as `die` or `sin` is, makes a condition that nobody stated.
    """
    for other, script in _SCRIPTS:
        if script.search(text):
            return (other, "en")
    if _CHINESE.search(text):
        return COMMON
    latin = _latin(text)
    if not latin and language in FURTHER:
        latin = (language,)
    return (*latin, "en")


def _latin(text: str) -> Languages:
    """The languages beside English that most words of a text are of; none where English has as many."""
    votes = Counter[str]()
    for word in _WORD.findall(flat(text)):
        weight = 2 if len(word) > 1 else 1  # `a` and `i` are words of half of the languages
        for language in _telling_words().get(word, ()):
            votes[language] += weight
    for letter, languages in _letters().items():
        if letter in text.lower():
            votes.update(dict.fromkeys(languages, 2))
    english = votes.pop("en", 0)
    most = max(votes.values(), default=0)
    likely = tuple(language for language in FURTHER if votes[language] == most)
    return likely[:MOST] if most > english else ()


@cache
def _telling_words() -> Mapping[str, tuple[str, ...]]:
    """By word, the languages that it is of."""
    telling: dict[str, dict[str, None]] = {}
    for language, text in data("agent.understand", "languages.yaml")["words"].items():
        for word in flat(text).split():
            telling.setdefault(word, {})[language] = None
    for language in FURTHER:
        for form in further(language).equal:
            # What names a thing in English too, as `beige` does, tells nothing.
            if len(form) == 1 and form not in lexicon().equal and "en" not in telling.get(form[0], {}):
                telling.setdefault(form[0], {})[language] = None
    return {word: tuple(languages) for word, languages in telling.items()}


@cache
def _letters() -> Mapping[str, tuple[str, ...]]:
    """By letter, the languages that write it."""
    written: dict[str, list[str]] = {}
    for language, letters in data("agent.understand", "languages.yaml")["letters"].items():
        for letter in letters:
            written.setdefault(letter, []).append(language)
    return {letter: tuple(languages) for letter, languages in written.items()}


__all__ = ["COMMON", "Languages", "languages_of"]
