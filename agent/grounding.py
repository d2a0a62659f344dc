"""Grounding: no sentence about an item reaches a person unless every word of it stands in the item's evidence.

The check is strict on purpose. Numbers, names, colours, materials and negations must be in the evidence exactly; any
other word must be in the evidence in some form, or among words that say nothing about an item. A true sentence
refused costs a plainer wording; a false one let through costs the reader's trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from agent.lexicon import COLOURS, HEDGES, MATERIALS, NEGATIONS, PLAIN_WORDS
from retrieval.words import fold, singular

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'t\b)?")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_ENDINGS = ("ing", "ed", "ly")
_SHORTEST_BASE = 4  # letters that an ending leaves, or `string` would be a form of `str`
_EXACT = COLOURS | MATERIALS
_PLAIN = PLAIN_WORDS | HEDGES


@dataclass(frozen=True)
class Facts:
    """What may be said of one item.

    The request is no evidence: that somebody asked for flowers does not put flowers into a picture.

    Attributes:
        evidence: Texts that stand in the item, or were perceived in its media for certain.
        guesses: What a picture may show: words that stand only here need a hedge in the same sentence.
    """

    evidence: tuple[str, ...]
    guesses: tuple[str, ...] = ()

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers of the evidence, in plain form."""
        return frozenset(_number(token) for token in _tokens(self.evidence) if token[0].isdigit())

    @cached_property
    def words(self) -> frozenset[str]:
        """Words of the evidence, folded and without plural endings."""
        return frozenset(singular(fold(token)) for token in _tokens(self.evidence) if not token[0].isdigit())

    @cached_property
    def guessed(self) -> frozenset[str]:
        """Words of the guesses, with what they are forms of."""
        found = (singular(fold(token)) for token in _tokens(self.guesses) if not token[0].isdigit())
        return frozenset(base for word in found for base in _bases(word))

    @cached_property
    def bases(self) -> frozenset[str]:
        """Words of the evidence, with what they are forms of."""
        return frozenset(base for word in self.words for base in _bases(word))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown; if not, `reason` says why, naming the first word that may not."""

    grounded: bool
    reason: str = ""


def check(sentence: str, facts: Facts) -> Verdict:
    """Whether every word of `sentence` is covered by `facts`, and at least one says something."""
    tokens = list(_tokens([sentence]))
    hedged = any(fold(token) in HEDGES for token in tokens)
    says_something = False
    for position, token in enumerate(tokens):
        folded = fold(token)
        if folded in _PLAIN or singular(folded) in _PLAIN:
            continue
        if not (hedged and facts.guessed & _bases(singular(folded))):
            reason = _objection(token, facts, first=position == 0)
            if reason:
                return Verdict(False, f"{reason} “{token}” is not in the evidence")
        says_something = True
    return Verdict(True) if says_something else Verdict(False, "it says nothing of the item")


def _objection(token: str, facts: Facts, *, first: bool) -> str:
    if token[0].isdigit():
        return "" if _number(token) in facts.numbers else "the number"
    folded = fold(token)
    word = singular(folded)
    if word in facts.words:
        return ""
    if word in _EXACT or folded in _EXACT:
        return "the colour or material"
    if folded in NEGATIONS or folded.endswith("'t"):
        return "the negation"
    if token[0].isupper() and not first:
        return "the name"
    return "" if facts.bases & _bases(word) else "the word"


def _tokens(texts: Iterable[str]) -> Iterable[str]:
    straight = (text.replace("’", "'") for text in texts)
    return (token for text in straight for token in _TOKEN.findall(_POSSESSIVE.sub("", text)))


def _number(token: str) -> str:
    """`1,000.0` and `1000` are one number; `1,5` is left as it is."""
    plain = re.sub(r",(?=\d{3}(?:\D|$))", "", token)
    return plain.rstrip("0").rstrip(".") if "." in plain and plain.count(".") == 1 else plain


def _bases(word: str) -> frozenset[str]:
    """The word, and what it may be an -ing, -ed or -ly form of: `painted` and `painting` share `paint`."""
    found = {word}
    for ending in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and len(base) >= _SHORTEST_BASE:
            found |= {base, base + "e"}
            if base[-1] == base[-2]:
                found.add(base[:-1])
    return frozenset(found)
