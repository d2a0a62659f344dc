"""Words: how texts are cut up for BM25 and for matching a request with an item."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_WIDE = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+)")
_STOP_WORDS = frozenset(
    """a an and are as at be but by for from has have i in is it its me my of on or our please show so some
    that the their them they this to want was we were what which with would you your something""".split()
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
