"""Grounding: no sentence about an item reaches a person unless every word of it stands in the item's evidence.

The check is strict on purpose. Numbers, names, colours, materials and negations must be in the evidence exactly; any
other word must be in the evidence in some form, or among words that say nothing about an item. What the evidence
denies may only be denied, and what it says may not be. A true sentence refused costs a plainer wording; a false one
let through costs the reader's trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from agent.lexicon import ASKING, COLOURS, CONNECTIVES, HEDGES, MATERIALS, NEGATIONS, PLAIN_WORDS
from retrieval.words import fold, singular

# The end of a clause, or a token; `can't` is one, since it denies.
_TOKEN = re.compile(r"[,;:!?()“”\"\n]|\.(?!\d)|\b(?:and|but)\b|(\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'t\b)?)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_ENDINGS = ("ing", "ed", "ly")
_SHORTEST_BASE = 4  # letters that an ending leaves, or `string` would be a form of `str`
_DENIED = 3  # words of weight that a negation denies, within its clause
_EXACT = COLOURS | MATERIALS
_PLAIN = PLAIN_WORDS | HEDGES


@dataclass(frozen=True, slots=True)
class _Said:
    """A word or number of a text.

    Attributes:
        token: As written.
        folded: Lower case, without accents.
        word: Without a plural ending.
        denied: Whether a negation stands shortly before it in its clause.
        asked: Whether its clause says that it was asked for, as in `you asked for a lamp`.
    """

    token: str
    folded: str
    word: str
    denied: bool
    asked: bool

    @property
    def plain(self) -> bool:
        return self.folded in _PLAIN or self.word in _PLAIN

    @property
    def negates(self) -> bool:
        return self.folded in NEGATIONS or self.folded.endswith("'t")


@dataclass(frozen=True)
class Facts:
    """What may be said of one item.

    The request is no evidence: that somebody asked for flowers does not put flowers into a picture. Its words, and no
    others, may be said to have been asked for.

    Attributes:
        evidence: Texts that stand in the item, or were perceived in its media for certain.
        guesses: What a picture may show: words that stand only here need a hedge in the same sentence.
        asked: The request; where it is not known, what is said of it is checked as all else.
    """

    evidence: tuple[str, ...]
    guesses: tuple[str, ...] = ()
    asked: str = ""

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers of the evidence, in plain form."""
        return frozenset(_number(one.token) for one in self._said if one.token[0].isdigit())

    @cached_property
    def negations(self) -> frozenset[str]:
        """Negations of the evidence."""
        return frozenset(one.folded for one in self._said if one.negates)

    @cached_property
    def words(self) -> dict[bool, frozenset[str]]:
        """Words of the evidence, folded and without plural endings: those denied under True, the others under False."""
        return {denied: frozenset(one.word for one in self._said if one.denied == denied) for denied in (False, True)}

    @cached_property
    def bases(self) -> dict[bool, frozenset[str]]:
        """`words`, with what they are forms of."""
        return {denied: _bases_of(words) for denied, words in self.words.items()}

    @cached_property
    def guessed(self) -> frozenset[str]:
        """Words of the guesses, with what they are forms of."""
        return _bases_of(one.word for text in self.guesses for one in _said(text))

    @cached_property
    def wishes(self) -> frozenset[str]:
        """Words of the request, with what they are forms of."""
        return _bases_of(one.word for one in _said(self.asked))

    @cached_property
    def _said(self) -> tuple[_Said, ...]:
        return tuple(one for text in self.evidence for one in _said(text))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown; if not, `reason` says why, naming the first word that may not."""

    grounded: bool
    reason: str = ""


def check(sentence: str, facts: Facts) -> Verdict:
    """Whether every word of `sentence` is covered by `facts`, and at least one says something."""
    said = list(_said(sentence))
    hedged = any(one.folded in HEDGES for one in said)
    says_something = False
    for position, one in enumerate(said):
        if one.plain:
            continue
        if one.asked and facts.asked:
            if facts.wishes & _bases(one.word):
                continue
            return Verdict(False, f"“{one.token}” was not asked for")
        says_something = True
        if hedged and facts.guessed & _bases(one.word):
            continue
        reason = _objection(one, facts, first=position == 0)
        if reason:
            return Verdict(False, f"{reason} “{one.token}” is not {'denied ' if one.denied else ''}in the evidence")
    return Verdict(True) if says_something else Verdict(False, "it says nothing of the item")


def _objection(one: _Said, facts: Facts, *, first: bool) -> str:
    if one.token[0].isdigit():
        return "" if _number(one.token) in facts.numbers else "the number"
    if one.negates:
        return "" if one.folded in facts.negations else "the negation"
    if one.word in facts.words[one.denied]:
        return ""
    if one.word in _EXACT or one.folded in _EXACT:
        return "the colour or material"
    if one.token[0].isupper() and not first:
        return "the name"
    return "" if facts.bases[one.denied] & _bases(one.word) else "the word"


def _said(text: str) -> Iterator[_Said]:
    denied, asked = 0, False
    for match in _TOKEN.finditer(_POSSESSIVE.sub("", text.replace("’", "'"))):
        token = match[1]
        if token is None:
            denied, asked = 0, False
            continue
        folded = fold(token)
        one = _Said(token, folded, singular(folded), denied > 0, asked)
        yield one
        if one.plain and folded not in CONNECTIVES:  # `you asked for a boat that it shows` says more than was asked
            asked = folded in ASKING
        if one.negates:
            denied = _DENIED
        elif not one.plain:
            denied -= 1


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


def _bases_of(words: Iterable[str]) -> frozenset[str]:
    return frozenset(base for word in words for base in _bases(word))
