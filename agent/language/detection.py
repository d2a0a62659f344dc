"""Which language a request is written in, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from agent.language.patterns import data
from agent.language.word_model import word_model

# The languages of the multilingual encoder: a guess outside them would route a request nowhere.
ENCODER_LANGUAGES = ("en", "ar", "zh", "nl", "fr", "de", "it", "ja", "ko", "pl", "pt", "ru", "es", "th", "tr")
SURE = 0.9  # below it, both the English and the multilingual encoder should count
MOST_CHARS = 300  # of a text that are looked at; more of them make nothing surer

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", _HAN),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """The likeliest language of a text.

    Attributes:
        language: ISO 639-1.
        probability: That it is the right one, in [0, 1], given that it is one of the encoder's.
    """

    language: str
    probability: float

    @property
    def sure(self) -> bool:
        """Whether it may be relied on alone."""
        return self.probability >= SURE


def guess_language(text: str, english: Collection[str] = ()) -> LanguageGuess:
    """The likeliest language of a text; English where nothing speaks for another.

    The script decides where it can; what is in Latin letters is told by its words and how they are spelled.

    Args:
        text: A few words are enough in most cases.
        english: Words that are known to be English here, lower case: those of an English catalog.
    """
    text = text[:MOST_CHARS]
    for language, script in _SCRIPTS:
        if script.search(text):
            return LanguageGuess(_of_han(text) if script is _HAN else language, 1.0)
    shares = word_model().shares(text, english)
    language = max(shares, key=shares.__getitem__)
    return LanguageGuess(language, shares[language])


def detect_language(text: str) -> str:
    """ISO 639-1 code of the likeliest language of `text`, English where nothing speaks for another."""
    return guess_language(text).language


def _of_han(text: str) -> str:
    """Japanese or Chinese, of a text in Chinese characters alone."""
    characters = _HAN.findall(text)
    # Both countries simplified their characters, each in its own way: the old standards of either say which are whose.
    if any(_is_of(character, "gb2312") and not _is_of(character, "shift_jis") for character in characters):
        return "zh"
    chinese = all(_is_of(character, "gb2312") or _is_of(character, "big5") for character in characters)
    return "zh" if chinese and not any(word in text for word in _japanese_words()) else "ja"


def _is_of(character: str, standard: str) -> bool:
    """Whether a national standard has a character."""
    return bool(character.encode(standard, "ignore"))


def _japanese_words() -> list[str]:
    words: str = data("agent.language", "words.yaml")["han"]
    return words.split()


__all__ = ["ENCODER_LANGUAGES", "SURE", "LanguageGuess", "detect_language", "guess_language"]
