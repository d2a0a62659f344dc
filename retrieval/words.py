"""Words: how texts are cut up for BM25 and for matching a request with an item."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
# a full stop after one letter or `St` ends no sentence, nor does one before a small letter or a digit
_SENTENCE = re.compile(r"(?<=[.!?…])(?<!\b\w[.])(?<!\bSt[.])(?<!\bca[.])\s+(?=[^\sa-z\d])|(?<=[。！？])\s*")
_WIDE = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+)")
# Words of grammar, and those people wrap a request in: they say nothing about what is wanted.
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a an and any are as at be but by can could do does for from give had has have i if in into is it its just like
        look looking may me might my need no of on one or our out please recommend recommendation see should show so
        some something suggest that the their them there they this to up us want was we were what when where which
        will with would you your
        """,
    )
)


def words(text: str) -> list[str]:
    """Tokens for BM25: folded words without stop words, plurals cut, scripts without spaces as pairs of characters."""
    tokens: list[str] = []
    for word in _WORD.findall(fold(text)):
        for piece in _WIDE.split(word):
            if _WIDE.match(piece):
                tokens += [piece[i : i + 2] for i in range(max(1, len(piece) - 1))]
            elif piece and piece not in _STOP_WORDS:
                tokens.append(singular(piece))
    return tokens


def fold(text: str) -> str:
    """Lower case without accents: `Café` and `cafe` are one word."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(mark for mark in apart if not unicodedata.combining(mark)))


def singular(word: str) -> str:
    """The word without an English plural ending.

    Source: the S stemmer of Harman, How Effective Is Suffixing?, JASIS 42(1), 1991, table 1.
    """
    if word.endswith("ies") and not word.endswith(("eies", "aies")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")) and len(word) > 3:
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and len(word) > 3:
        return word[:-1]
    return word


def sentences(text: str) -> list[str]:
    """The sentences of `text`, stripped, empty ones left out."""
    return [part.strip() for part in _SENTENCE.split(text.strip()) if part.strip()]
