"""Words: how texts are cut up for BM25 and for matching a request with an item."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from importlib.resources import files

from retrieval.files.yaml_text import parsed

# What an apostrophe leaves of a word (the s of `women's`) is none; Thai marks vowels with characters that \\w lacks.
_WORD = re.compile(r"(?<=\w['’])(?:s|t|d|m|ll|re|ve)\b|((?:[^\W_]|[\u0e00-\u0e7f])+)", re.IGNORECASE)
# A full stop after one letter or an abbreviation ends no sentence, nor does one before a small letter or a digit.
_SENTENCE = re.compile(
    r"(?<=[.!?…])(?<!\b[^\W\d_][.])(?<!\b(?:ca|Dr|Jr|Mr|Ms|No|Sr|St|vs)[.])(?<!\b(?:Fig|Mrs|Vol)[.])"
    r"\s+(?=[^\sa-z\d])|(?<=[。！？])\s*"
)
_WIDE = re.compile(r"([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+)")
# a letter with what stands above and below it; letters of ASCII that bear nothing, all at once
_LETTER = re.compile(r"[\x00-\x7f]+(?![\u0300-\u036f])|[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", re.DOTALL)
_SIBILANTS = ("ches", "shes", "sses", "xes", "zzes")
_LETTER_MARKS = 9  # combining classes up to here tell letters apart (`ガ` and `カ`); those above are accents


def _read_stop_words() -> frozenset[str]:
    """Words that tell nothing, of all languages."""
    text = (files("retrieval.text") / "stop_words.yaml").read_text(encoding="utf-8")
    languages = parsed(text)
    listed = [word for language in languages.values() for word in language]
    if strange := [word for word in listed if not isinstance(word, str)]:
        raise ValueError(f"stop_words.yaml holds what is no text, {strange}. Put such words in quotation marks.")
    return frozenset(listed)


_STOP_WORDS = _read_stop_words()


def words(text: str) -> list[str]:
    """Tokens for BM25: folded words without stop words, plurals cut, scripts without spaces as pairs of characters."""
    return [token for word in _WORD.findall(fold(text)) for token, _ in _tokens(word)]


def placed_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each token of `words`, with where in `text` it begins and ends as it is written there.

    Args:
        text: Composed (NFC).
    """
    folded, places = _folded(text)
    for match in _WORD.finditer(folded):
        for token, at in _tokens(match[1] or ""):
            first, last = match.start(), match.end() - 1
            if is_pair(token):
                first += at
                last = first + 1
            yield token, places[first][0], places[last][1]


def _folded(text: str) -> tuple[str, Sequence[tuple[int, int]]]:
    """The folded text, and for each of its characters where in the text that begins and ends which it was made of."""
    if text.isascii():
        return text.lower(), [(at, at + 1) for at in range(len(text))]
    pieces, places = list[str](), list[tuple[int, int]]()
    for match in _LETTER.finditer(text):
        pieces.append(fold(match[0]))
        start, end = match.span()
        plain = match[0].isascii()
        places += [(at, at + 1) for at in range(start, end)] if plain else [(start, end)] * len(pieces[-1])
    whole = fold(text)
    if len(whole) != len(places):  # letters that were apart have become one, as those of Korean may
        return whole, [(0, len(text))] * len(whole)
    return whole, places


def is_pair(token: str) -> bool:
    """Whether a token is two characters of a script without spaces, not a word."""
    return len(token) == 2 and _WIDE.fullmatch(token) is not None


def fold(text: str) -> str:
    """Lower case without accents: `Café` and `cafe` are one word."""
    # most texts, and `normalize` takes many times as long
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = (mark for mark in apart if unicodedata.combining(mark) <= _LETTER_MARKS)
    return unicodedata.normalize("NFC", "".join(letters))


def singular(word: str) -> str:
    """One form for an English word and its plural, the singular where spelling tells it.

    Source: the S stemmer of Harman, How Effective Is Suffixing?, JASIS 42(1), 1991, table 1; words in -ie and plurals
    after a sibilant, as in `dresses`, are added.
    """
    if not word.endswith(("s", "ie")):
        return word
    if word.endswith("ie"):
        return word[:-2] + "y" if len(word) > 4 else word  # `movie` as `movies`
    if word.endswith(_SIBILANTS) and len(word) > 4:
        return word[:-2]
    if word.endswith("ies") and not word.endswith(("eies", "aies")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")) and len(word) > 3:
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and len(word) > 3:
        return word[:-1]
    return word


def is_stop_word(word: str) -> bool:
    """Whether a folded word tells nothing."""
    return word in _STOP_WORDS


def sentences(text: str) -> list[str]:
    """The sentences of `text`, stripped, empty ones left out."""
    return [part.strip() for part in _SENTENCE.split(text.strip()) if part.strip()]


def _tokens(word: str) -> Iterator[tuple[str, int]]:
    """Tokens of one folded word, with where in it they begin."""
    if word.isascii():
        if word and word not in _STOP_WORDS:
            yield singular(word), 0
        return
    at = 0
    for piece in _WIDE.split(word):
        if _WIDE.match(piece):
            yield from ((piece[i : i + 2], at + i) for i in range(max(1, len(piece) - 1)))
        elif piece and piece not in _STOP_WORDS:
            yield singular(piece), at
        at += len(piece)
