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

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_SUFFIXES = ("ingly", "edly", "ing", "ed", "ly", "er", "e", "y")
_EXACT = COLOURS | MATERIALS


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
        """Stems of the guesses."""
        return frozenset(_stem(singular(fold(token))) for token in _tokens(self.guesses) if not token[0].isdigit())

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the evidence's words."""
        return frozenset(_stem(word) for word in self.words)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown; `reason` names the first word that may not."""

    grounded: bool
    reason: str = ""


def check(sentence: str, facts: Facts) -> Verdict:
    """Whether every word of `sentence` is covered by `facts`."""
    tokens = _TOKEN.findall(sentence)
    hedged = any(fold(token) in HEDGES for token in tokens)
    for position, token in enumerate(tokens):
        if hedged and _stem(singular(fold(token))) in facts.guessed:
            continue
        reason = _objection(token, facts, first=position == 0)
        if reason:
            return Verdict(False, f"{reason} “{token}” is not in the evidence")
    return Verdict(True)


def _objection(token: str, facts: Facts, *, first: bool) -> str:
    if token[0].isdigit():
        return "" if _number(token) in facts.numbers else "the number"
    folded = fold(token)
    word = singular(folded)
    if word in facts.words or folded in facts.words:
        return ""
    if word in _EXACT or folded in _EXACT:
        return "the colour or material"
    if folded in NEGATIONS:
        return "the negation"
    if folded in PLAIN_WORDS or word in PLAIN_WORDS or len(folded) == 1:
        return ""
    if token[0].isupper() and not first:
        return "the name"
    return "" if _stem(word) in facts.stems else "the word"


def _tokens(texts: Iterable[str]) -> Iterable[str]:
    return (token for text in texts for token in _TOKEN.findall(text))


def _number(token: str) -> str:
    """`1,000.0` and `1000` are one number; `1,5` is left as it is."""
    plain = re.sub(r",(?=\d{3}(?:\D|$))", "", token)
    return plain.rstrip("0").rstrip(".") if "." in plain and plain.count(".") == 1 else plain


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word
