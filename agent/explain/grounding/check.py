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
from agent.explain.grounding.tokens import TextToken, bases, bases_of, tokens_of

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
        request: Its words; where it is not known, what is said of it is checked as all else.
    """

    evidence: tuple[str, ...]
    guesses: tuple[str, ...] = ()
    request: str = ""

    @cached_property
    def denials(self) -> frozenset[str]:
        """What the evidence denies by; `not` stands for all words that deny alike."""
        return frozenset(_denial(token) for token in self._tokens if token.negates)

    @cached_property
    def words(self) -> dict[bool, frozenset[str]]:
        """Words and numbers of the evidence: those denied under True, the others under False."""
        # Apart, since `no wool` in the evidence is no word for wool, nor `wool` one against it.
        tokens = self._tokens
        return {state: frozenset(token.word for token in tokens if token.denied == state) for state in (False, True)}

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
        return bases_of(token.word for text in self.guesses for token in tokens_of(text))

    @cached_property
    def wishes(self) -> frozenset[str]:
        """Words of the request."""
        return frozenset(token.word for token in tokens_of(self.request))

    @cached_property
    def bindings(self) -> Bindings:
        """What belongs together in the evidence."""
        return Bindings(self.evidence)

    @cached_property
    def _tokens(self) -> tuple[TextToken, ...]:
        return tuple(token for text in self.evidence for token in tokens_of(text))


@dataclass(frozen=True, slots=True)
class GroundingVerdict:
    """Whether a sentence may be shown.

    Attributes:
        grounded: Whether nothing speaks against it, and it says something.
        reason: If not, why, naming the first word that may not be said.
        score: Share of its telling words that the evidence holds, in [0, 1]; 1 for every sentence that is grounded.
    """

    grounded: bool
    reason: str = ""
    score: float = 1.0


def check(sentence: str, facts: Facts) -> GroundingVerdict:
    """Whether every word of `sentence` is covered by `facts`, and at least one says something."""
    tokens = list(tokens_of(sentence))
    about_item = [token for token in tokens if not token.plain and not (token.requested and facts.request)]
    # Whether words belong together is asked last: of words that the evidence lacks it would say the same again.
    reasons = [*_objections(tokens, facts), *_initials(sentence, facts)] or _misplaced(tokens, facts)
    if reasons:
        return GroundingVerdict(False, reasons[0], max(0.0, 1 - len(reasons) / max(1, len(about_item))))
    return GroundingVerdict(True) if about_item else GroundingVerdict(False, "it says nothing of the item", 0.0)


def _objections(tokens: Sequence[TextToken], facts: Facts) -> Iterator[str]:
    """Why the sentence may not be said, a reason for each word that the evidence does not hold."""
    hedged = any(token.folded in HEDGES for token in tokens)
    for at, token in enumerate(tokens):
        if token.plain:
            continue
        if token.requested and facts.request:
            if token.word not in facts.wishes:
                yield f"“{token.token}” was not asked for"
            continue
        if hedged and facts.guessed & bases(token.word):
            continue
        if subject := _objection(tokens, at, facts):
            yield f"{subject} “{token.token}” is not {'denied ' if token.denied else ''}in the evidence"


def _initials(sentence: str, facts: Facts) -> Iterator[str]:
    """Initials are names, though `A.` looks like a word that says nothing."""
    # Read from the text itself: as a token `A.` is the article.
    known = {initial for text in facts.evidence for initial in _INITIAL.findall(text)}
    for initial in _INITIAL.findall(sentence):
        if initial not in known and initial not in facts.request:
            yield f"the name “{initial}” is not in the evidence"


def _misplaced(tokens: Sequence[TextToken], facts: Facts) -> list[str]:
    """Why a sentence of nothing but words of the evidence may not be said: it puts them together in another way."""
    objection = facts.bindings.objection(tokens)
    return [objection[1]] if objection else []


def _objection(tokens: Sequence[TextToken], at: int, facts: Facts) -> str:
    """What kind of word the evidence does not hold; empty where it holds it."""
    token, following = tokens[at], (tokens[at + 1] if at + 1 < len(tokens) else None)
    if token.negates:
        clause = (later for later in tokens[at + 1 :] if later.clause == token.clause)
        denies = any(later.denied and not later.plain for later in clause)
        return "" if _denial(token) in facts.denials and denies else "the negation"
    if token.word in facts.words[token.denied]:
        return ""
    if token.number:
        return "" if not token.denied and facts.bindings.equals(token, following) else _number_kind(token)
    if token.word in _EXACT or token.folded in _EXACT:  # no form of a word: `golden` is not `gold`
        return "the colour or material"
    if token.token[0].isupper() and at:  # at the beginning of a sentence every word has a capital
        return "the name"
    if facts.bases[token.denied] & bases(token.word):
        return ""
    if at and tokens[at - 1].number and not token.denied and facts.bindings.equals(tokens[at - 1], token):
        return ""  # the unit of a number that the evidence has in another unit
    return "" if not token.denied and facts.telling & bases(token.word) else "the word"


def _number_kind(number: TextToken) -> str:
    return "the number" if number.token[0].isdigit() else "the word"


def _denial(negation: TextToken) -> str:
    return negation.folded if negation.folded in PARTICULAR_NEGATIONS else "not"
