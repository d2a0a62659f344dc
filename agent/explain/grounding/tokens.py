"""What a text says, word by word: which clause a word stands in, and whether it is denied there or only asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.explain.grounding.lexicon import ASKING, CONNECTIVES, DIGITS, HEDGES, NEGATIONS, PLAIN_WORDS, SAME
from retrieval.text.words import fold, singular

# The end of a clause, or a token; `can't` is one, since it denies.
_TOKEN = re.compile(r"[,;:!?()“”\"\n]|\.(?!\d)|\b(?:and|but)\b|(\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'t\b)?)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_ENDINGS = ("ing", "ed", "ly")
_SHORTEST_BASE = 4  # letters that an ending leaves, or `string` would be a form of `str`
_DENIED = 3  # words of weight that a negation denies, within its clause
_PLAIN = PLAIN_WORDS | HEDGES


@dataclass(frozen=True, slots=True)
class TextToken:
    """A word or number of a text.

    Attributes:
        token: As written.
        folded: Lower case, without accents.
        word: Without a plural ending, and in the one form of words that mean the same; a number in plain form.
        clause: Number of its clause.
        denied: Whether a negation stands shortly before it in its clause.
        requested: Whether its clause says that it was asked for, as in `you asked for a lamp`.
    """

    token: str
    folded: str
    word: str
    clause: int
    denied: bool
    requested: bool

    @property
    def plain(self) -> bool:
        """Whether it says nothing about an item."""
        return self.folded in _PLAIN or self.word in _PLAIN

    @property
    def negates(self) -> bool:
        """Whether it denies what follows."""
        return self.folded in NEGATIONS or self.folded.endswith("'t")

    @property
    def number(self) -> bool:
        """Whether it is a number, in digits or words."""
        return self.word[:1].isdigit()


def tokens_of(text: str) -> Iterator[TextToken]:
    """The words and numbers of a text."""
    n_denied, requested, clause = 0, False, 0
    for match in _TOKEN.finditer(_POSSESSIVE.sub("", text.replace("’", "'"))):
        written = match[1]
        if written is None:  # a clause ends here
            n_denied, requested, clause = 0, False, clause + 1
            continue
        folded = fold(written)
        token = TextToken(written, folded, _form(folded), clause, n_denied > 0, requested)
        yield token
        if token.plain and folded not in CONNECTIVES:  # `you asked for a boat that it shows` says more than was asked
            requested = folded in ASKING
        if token.negates:
            n_denied = _DENIED
        elif not token.plain:
            n_denied -= 1


def bases(word: str) -> frozenset[str]:
    """The word, and what it may be an -ing, -ed or -ly form of: `painted` and `painting` share `paint`."""
    forms = {word}
    for ending in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and len(base) >= _SHORTEST_BASE - 1:
            forms.add(base + "e")  # `baked` of `bake`
        if base != word and len(base) >= _SHORTEST_BASE:
            forms.add(base)
            if base[-1] == base[-2]:
                forms.add(base[:-1])  # `knitted` of `knit`
    return frozenset(forms)


def bases_of(words: Iterable[str]) -> frozenset[str]:
    """What all these words are forms of."""
    return frozenset(base for word in words for base in bases(word))


def _form(folded: str) -> str:
    if folded[0].isdigit():
        return _number(folded)
    word = singular(folded)
    return DIGITS.get(folded) or SAME.get(folded) or SAME.get(word, word)


def _number(token: str) -> str:
    """`1,000.0` and `1000` are one number; `1,5` is left as it is."""
    plain = re.sub(r",(?=\d{3}(?:\D|$))", "", token)
    return plain.rstrip("0").rstrip(".") if "." in plain and plain.count(".") == 1 else plain


__all__ = ["TextToken", "bases", "bases_of", "tokens_of"]
