"""Grounding: no sentence about an item reaches a person unless every word of it stands in the item's evidence.

The check is strict on purpose. Numbers, names, colours, materials and denials must be in the evidence exactly, each
beside what the evidence says it of; any other word must be in the evidence in some form, tell a field that is there,
or be among words that say nothing about an item. What the evidence denies may only be denied, and what it says may not
be. A true sentence refused costs a plainer wording; a false one let through costs the reader's trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from agent.explain.grounding.bindings import Bindings
from agent.explain.grounding.lexicon import COLOURS, FIELD_WORDS, HEDGES, MATERIALS, PARTICULAR_NEGATIONS
from agent.explain.grounding.tokens import Said, bases, bases_of, said

_EXACT = COLOURS | MATERIALS
_INITIAL = re.compile(r"\b[A-Z]\.(?=\s?[A-Z])")


@dataclass(frozen=True)
class Facts:
    """What may be said of one item.

    The request is no evidence: that somebody asked for flowers does not put flowers into a picture. Its words, in no
    other form, may be said to have been asked for.

    Attributes:
        evidence: Texts that stand in the item, or were perceived in its media for certain.
        guesses: What a picture may show: words that stand only here need a hedge in the same sentence.
        asked: The request; where it is not known, what is said of it is checked as all else.
    """

    evidence: tuple[str, ...]
    guesses: tuple[str, ...] = ()
    asked: str = ""

    @cached_property
    def denials(self) -> frozenset[str]:
        """What the evidence denies by; `not` stands for all words that deny alike."""
        return frozenset(_denial(one) for one in self._said if one.negates)

    @cached_property
    def words(self) -> dict[bool, frozenset[str]]:
        """Words and numbers of the evidence: those denied under True, the others under False."""
        return {denied: frozenset(one.word for one in self._said if one.denied == denied) for denied in (False, True)}

    @cached_property
    def bases(self) -> dict[bool, frozenset[str]]:
        """`words`, with what they are forms of."""
        return {denied: bases_of(words) for denied, words in self.words.items()}

    @cached_property
    def telling(self) -> frozenset[str]:
        """Words that tell the value of a field the evidence has."""
        named = {" ".join(name) for name in self.bindings.fields}
        return frozenset(word for field, words in FIELD_WORDS.items() if field in named for word in words)

    @cached_property
    def guessed(self) -> frozenset[str]:
        """Words of the guesses, with what they are forms of."""
        return bases_of(one.word for text in self.guesses for one in said(text))

    @cached_property
    def wishes(self) -> frozenset[str]:
        """Words of the request."""
        return frozenset(one.word for one in said(self.asked))

    @cached_property
    def bindings(self) -> Bindings:
        """What belongs together in the evidence."""
        return Bindings(self.evidence)

    @cached_property
    def _said(self) -> tuple[Said, ...]:
        return tuple(one for text in self.evidence for one in said(text))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown.

    Attributes:
        grounded: Whether nothing speaks against it, and it says something.
        reason: If not, why, naming the first word that may not be said.
        score: Share of its telling words that the evidence holds, in [0, 1]; 1 for every sentence that is grounded.
    """

    grounded: bool
    reason: str = ""
    score: float = 1.0


def check(sentence: str, facts: Facts) -> Verdict:
    """Whether every word of `sentence` is covered by `facts`, and at least one says something."""
    words = list(said(sentence))
    about_item = [one for one in words if not one.plain and not (one.asked and facts.asked)]
    reasons = [*_objections(words, facts), *_initials(sentence, facts)] or _misplaced(words, facts)
    if reasons:
        return Verdict(False, reasons[0], max(0.0, 1 - len(reasons) / max(1, len(about_item))))
    return Verdict(True) if about_item else Verdict(False, "it says nothing of the item", 0.0)


def _objections(words: Sequence[Said], facts: Facts) -> Iterator[str]:
    """Why the sentence may not be said, a reason for each word that the evidence does not hold."""
    hedged = any(one.folded in HEDGES for one in words)
    for at, one in enumerate(words):
        if one.plain:
            continue
        if one.asked and facts.asked:
            if one.word not in facts.wishes:
                yield f"“{one.token}” was not asked for"
            continue
        if hedged and facts.guessed & bases(one.word):
            continue
        if what := _objection(words, at, facts):
            yield f"{what} “{one.token}” is not {'denied ' if one.denied else ''}in the evidence"


def _initials(sentence: str, facts: Facts) -> Iterator[str]:
    """Initials are names, though `A.` looks like a word that says nothing."""
    known = {initial for text in facts.evidence for initial in _INITIAL.findall(text)}
    for initial in _INITIAL.findall(sentence):
        if initial not in known and initial not in facts.asked:
            yield f"the name “{initial}” is not in the evidence"


def _misplaced(words: Sequence[Said], facts: Facts) -> list[str]:
    wrong = facts.bindings.objection(words)
    return [wrong[1]] if wrong else []


def _objection(words: Sequence[Said], at: int, facts: Facts) -> str:
    one, following = words[at], (words[at + 1] if at + 1 < len(words) else None)
    if one.negates:
        denies = any(other.denied and not other.plain for other in words[at + 1 :] if other.clause == one.clause)
        return "" if _denial(one) in facts.denials and denies else "the negation"
    if one.word in facts.words[one.denied]:
        return ""
    if one.number:
        return "" if not one.denied and facts.bindings.equals(one, following) else _number_kind(one)
    if one.word in _EXACT or one.folded in _EXACT:
        return "the colour or material"
    if one.token[0].isupper() and at:
        return "the name"
    if facts.bases[one.denied] & bases(one.word):
        return ""
    if at and words[at - 1].number and not one.denied and facts.bindings.equals(words[at - 1], one):
        return ""
    return "" if not one.denied and facts.telling & bases(one.word) else "the word"


def _number_kind(one: Said) -> str:
    return "the number" if one.token[0].isdigit() else "the word"


def _denial(one: Said) -> str:
    return one.folded if one.folded in PARTICULAR_NEGATIONS else "not"
