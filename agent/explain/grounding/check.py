"""Grounding: no sentence about an item reaches a person unless every word of it stands in the item's evidence.

The check is strict on purpose. Numbers, names, colours, materials and denials must be in the evidence exactly, each
beside what the evidence says it of; any other word must be in the evidence in some form, tell a field that is there,
or be among words that say nothing about an item. What the evidence denies may only be denied, and what it says may not
be. A true sentence refused costs a plainer wording; a false one let through costs the reader's trust.

A sentence is read part by part: quotations, what the person liked, what was asked for, amounts that are computed, and
wishes that are not met each have a reader that takes out of the sentence what it proved; every word of the rest must
stand in the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from agent.explain.grounding.admissions import read_admissions
from agent.explain.grounding.amounts import AmountFacts, read_amounts
from agent.explain.grounding.association import Associations
from agent.explain.grounding.bindings import Bindings
from agent.explain.grounding.company import read_company
from agent.explain.grounding.fields import misplaced_values, without_fields
from agent.explain.grounding.lexicon import (
    COLOURS,
    FIELD_WORDS,
    HEDGES,
    LABELS,
    MATERIALS,
    MEASURED_WORDS,
    MEASURES,
    OPPOSITES,
    PARTICULAR_NEGATIONS,
    PLACED,
    SAME,
)
from agent.explain.grounding.order import Orders
from agent.explain.grounding.praise import own_praise
from agent.explain.grounding.quotations import misquoted
from agent.explain.grounding.reading import PartRead
from agent.explain.grounding.record import ItemRecord
from agent.explain.grounding.tokens import (
    TextToken,
    bases,
    bases_of,
    inflected,
    language_of,
    normal,
    stem,
    tokens_of,
)
from agent.explain.grounding.wishes import Wished, read_wishes

_EXACT = COLOURS | MATERIALS
_INITIAL = re.compile(r"\b[A-Z]\.(?=\s?[A-Z])")


@dataclass(frozen=True)
class Facts:
    """What may be said of one item.

    The request is no evidence: that somebody asked for flowers does not put flowers into a picture. It may be said to
    have been asked for, in its own words and with its own denials.

    Attributes:
        evidence: Texts that stand in the item, or were perceived in its media for certain.
        guesses: What a picture may show: words that stand only here need a hedge in the same sentence.
        request: Its words, with bounds and denials as they were said.
        first: Texts of the item that this one is compared with.
        liked: Titles of what the person liked or chose.
        people: How many others liked or chose both that and this item.
    """

    evidence: tuple[str, ...]
    guesses: tuple[str, ...] = ()
    request: str = ""
    first: tuple[str, ...] = ()
    liked: tuple[str, ...] = ()
    people: int = 0

    @cached_property
    def record(self) -> ItemRecord:
        """The evidence as title, fields and free text."""
        return ItemRecord(self.evidence)

    @cached_property
    def denials(self) -> frozenset[str]:
        """What the evidence denies by; `not` stands for all words that deny alike."""
        negations = [token for token in self.record.tokens if token.negates]
        return frozenset(("not", *map(_denial, negations))) if negations else frozenset()

    @cached_property
    def words(self) -> dict[bool, frozenset[str]]:
        """Words and numbers of the evidence: those denied under True, the others under False."""
        # Apart, since `no wool` in the evidence is no word for wool, nor `wool` one against it.
        tokens = self.record.tokens
        denied = frozenset(token.word for token in tokens if token.denied)
        # The name of a field affirms nothing that the text denies: `pot size: 15 cm`, and `pot not included`.
        names = frozenset(token.word for name in self.record.fields for token in self.record.read(name))
        affirmed = frozenset(token.word for token in tokens if not token.denied)
        told = frozenset(
            token.word for _, value in self.record.lines for token in self.record.read(value) if not token.denied
        )
        title = frozenset(token.word for token in self.record.read(self.record.title))
        return {False: affirmed - (names & denied - told - title), True: denied}

    @cached_property
    def bases(self) -> dict[bool, frozenset[str]]:
        """`words`, with what they are forms of."""
        # An almond is a nut, but not where the text says that there are none.
        return {denied: bases_of(words) - (self.words[not denied] - words) for denied, words in self.words.items()}

    @cached_property
    def inflected(self) -> dict[bool, frozenset[str]]:
        """`words`, with what they may be forms of in other languages than English."""
        return {
            denied: frozenset(form for word in words for form in inflected(word))
            for denied, words in self.words.items()
        }

    @cached_property
    def wide(self) -> dict[bool, tuple[str, ...]]:
        """Stretches of Chinese of the evidence, as `words`."""
        tokens = self.record.tokens
        return {
            state: tuple(token.token for token in tokens if token.denied == state and not token.token.isascii())
            for state in (False, True)
        }

    @cached_property
    def telling(self) -> frozenset[str]:
        """Words that tell the value of a field the evidence has."""
        names = set(self.record.fields)
        named = {label for label, name in LABELS.items() if name in names}
        bare = {name.rpartition(" ")[0] for name in names if name.rpartition(" ")[2] in MEASURES}  # `width cm`
        singular = {name.removesuffix("s") for name in names} | names | bare
        words = frozenset(word for field in singular for word in FIELD_WORDS.get(field, ()))
        return words | named | {SAME[word] for word in words & SAME.keys()}

    @cached_property
    def families(self) -> frozenset[str]:
        """What names of fields share with other words: `conducted` tells who the conductor is."""
        tokens = (token for name in self.record.fields for token in self.record.read(name))
        return frozenset(stem(token.word) for token in tokens if token.word not in self.words[True])

    @cached_property
    def spelled(self) -> frozenset[str]:
        """Words of the evidence as they are written, for names."""
        return frozenset(token.folded for token in self.record.tokens)

    @cached_property
    def guessed(self) -> frozenset[str]:
        """Words of the guesses, with what they are forms of."""
        return bases_of(token.word for text in self.guesses for token in tokens_of(text))

    @cached_property
    def wished(self) -> Wished:
        """The request."""
        return Wished(self.request)

    @cached_property
    def amounts(self) -> AmountFacts:
        """What amounts are computed from."""
        return AmountFacts(self.record, ItemRecord(self.first), self.request, self.wished.numbers)

    @cached_property
    def bindings(self) -> Bindings:
        """Which units numbers have, and of what a colour is said."""
        return Bindings(self.evidence)

    @cached_property
    def associations(self) -> Associations:
        """What the evidence has beside what."""
        return Associations(self.record)

    @cached_property
    def orders(self) -> Orders:
        """Who does what to whom."""
        return Orders(self.record)


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


_READERS: tuple[Callable[[str, Facts], PartRead], ...] = (
    lambda text, facts: read_company(text, facts.liked, facts.people),
    lambda text, facts: read_wishes(text, facts.wished),
    lambda text, facts: read_amounts(text, facts.amounts),
    lambda text, facts: read_admissions(text, facts.wished, facts.bases[False], facts.record),
)


def check(sentence: str, facts: Facts) -> GroundingVerdict:
    """Whether every word of `sentence` is covered by `facts`, and at least one says something."""
    rest = normal(sentence)
    reasons = [*misquoted(sentence, facts.record, (facts.request, *facts.liked, *facts.first))]
    reasons += misplaced_values(rest, facts.record)
    rest, tells = without_fields(rest, facts.record)
    for reader in _READERS:
        part = reader(rest, facts)
        rest, tells = part.rest, tells or part.tells
        reasons += part.objections
    tokens = list(tokens_of(rest))
    about_item = [token for token in tokens if not token.plain]
    reasons += [*_objections(tokens, facts), *_initials(sentence, facts), *_praises(sentence)]
    # Whether words belong together is asked last: of words that the evidence lacks it would say the same again.
    reasons = reasons or _misplaced(tokens, facts)
    if reasons:
        return GroundingVerdict(False, reasons[0], max(0.0, 1 - len(reasons) / max(1, len(about_item))))
    if tells or about_item:
        return GroundingVerdict(True)
    return GroundingVerdict(False, "it says nothing of the item", 0.0)


def _objections(tokens: Sequence[TextToken], facts: Facts) -> Iterator[str]:
    """Why the sentence may not be said, a reason for each word that the evidence does not hold."""
    english = language_of(" ".join(token.token for token in tokens)) == "en"
    if english and any(_n_denials(list(clause)) > 1 for _, clause in groupby(tokens, key=lambda token: token.clause)):
        yield "a denial is denied"
    hedged = any(token.folded in HEDGES for token in tokens)
    for at, token in enumerate(tokens):
        if token.plain and _is_opposite(tokens, at, facts):
            yield f"the evidence says “{OPPOSITES[token.folded]}”, not “{token.token}”"
        if token.plain or (hedged and facts.guessed & bases(token.word)):
            continue
        if subject := _objection(tokens, at, facts, is_english=english):
            yield f"{subject} “{token.token}” is not {'denied ' if token.denied else ''}in the evidence"


def _is_opposite(tokens: Sequence[TextToken], at: int, facts: Facts) -> bool:
    """Whether the evidence has the opposite of a word in its place: caps over switches are switches under caps."""
    token, known = tokens[at], facts.record.tokens
    other = OPPOSITES.get(token.folded)
    if other is None or other not in facts.spelled or token.folded in facts.spelled:
        return False
    before, behind = _neighbours(tokens, at)
    places = (_neighbours(known, place) for place, each in enumerate(known) if each.folded == other)
    return any(before & known_before or behind & known_behind for known_before, known_behind in places)


def _neighbours(tokens: Sequence[TextToken], at: int) -> tuple[frozenset[str], frozenset[str]]:
    """What the nearest words of weight before and behind a word are forms of."""
    before = next((bases(token.word) for token in reversed(tokens[:at]) if not token.plain), frozenset[str]())
    return before, next((bases(token.word) for token in tokens[at + 1 :] if not token.plain), frozenset[str]())


def _n_denials(clause: Sequence[TextToken]) -> int:
    """How often a clause denies: `neither … nor` once, and what is `non-stick` at its beginning not at all."""
    denials = [token.folded for token in clause if token.negates]
    return len([word for at, word in enumerate(denials) if not (word == "nor" or (word == "non" and at == 0))])


def _initials(sentence: str, facts: Facts) -> Iterator[str]:
    """Initials are names, though `A.` looks like a word that says nothing."""
    # Read from the text itself: as a token `A.` is the article.
    known = {initial for text in facts.evidence for initial in _INITIAL.findall(text)}
    for initial in _INITIAL.findall(sentence):
        if initial not in known and initial not in facts.request:
            yield f"the name “{initial}” is not in the evidence"


def _praises(sentence: str) -> Iterator[str]:
    """What the sentence praises in our voice: evidence that somebody says so is none that it is so."""
    if praise := own_praise(sentence):
        yield f"“{praise}” is somebody's opinion"


def _misplaced(tokens: Sequence[TextToken], facts: Facts) -> list[str]:
    """Why a sentence of nothing but words of the evidence may not be said: it puts them together in another way."""
    unit = facts.bindings.objection(tokens)
    objections = (unit[1] if unit else None, facts.associations.objection(tokens), facts.orders.objection(tokens))
    return [objection for objection in objections if objection]


def _objection(tokens: Sequence[TextToken], at: int, facts: Facts, *, is_english: bool) -> str:
    """What kind of word the evidence does not hold; empty where it holds it."""
    token, following = tokens[at], (tokens[at + 1] if at + 1 < len(tokens) else None)
    is_name = is_english and token.capital and at > 0 and not token.first  # every word has a capital at a beginning
    if token.negates:
        return "" if _may_deny(tokens, at, facts) else "the negation"
    if is_name and token.token.isascii() and token.folded not in {*facts.spelled, *SAME}:
        return "the name"  # `Vegas` is no plural of `Vega`
    if token.word in facts.words[token.denied]:
        return ""
    if _is_measured(token, tokens, facts):
        return ""
    if token.folded in PLACED:
        return "the word"
    if token.number:
        return "" if not token.denied and facts.bindings.equals(token, following) else _number_kind(token)
    if not token.token.isascii() and _holds_wide(token.token, facts.wide[token.denied]):
        return ""
    if token.word in _EXACT or token.folded in _EXACT:  # no form of a word: `golden` is not `gold`
        return "" if token.word in facts.bases[token.denied] else "the colour or material"
    if is_name:
        return "the name"
    if facts.bases[token.denied] & bases(token.word):
        return ""
    if not is_english and facts.inflected[token.denied] & inflected(token.word):
        return ""
    if at and tokens[at - 1].number and not token.denied and facts.bindings.equals(tokens[at - 1], token):
        return ""  # the unit of a number that the evidence has in another unit
    told = facts.telling & {*bases(token.word), token.folded} or stem(token.word) in facts.families
    return "" if not token.denied and told else "the word"


def _is_measured(token: TextToken, tokens: Sequence[TextToken], facts: Facts) -> bool:
    """Whether a word that was asked for is told beside the number that it rests on: `light at 83 g`."""
    fields = MEASURED_WORDS.get(token.folded)
    if fields is None or token.denied or not facts.wished.holds(token, denied=False):
        return False
    values = [value for name, value in facts.record.lines if fields & set(name.split())]
    numbers = {number.word for value in values for number in facts.record.read(value) if number.number}
    return any(number.word in numbers for number in tokens if number.number)


def _may_deny(tokens: Sequence[TextToken], at: int, facts: Facts) -> bool:
    """Whether the evidence denies, by a word that denies as this one does, and something is denied here."""
    token = tokens[at]
    clause = [other for other in tokens if other.clause == token.clause]
    return _denial(token) in facts.denials and any(other.denied and not other.plain for other in clause)


def _holds_wide(piece: str, known: Sequence[str]) -> bool:
    """Whether a stretch of Chinese is made of stretches of the evidence, none of them a single character."""
    if not piece or any(piece in text for text in known):
        return True
    cuts = range(len(piece) - 2, 1, -1)
    return any(any(piece[:cut] in text for text in known) and _holds_wide(piece[cut:], known) for cut in cuts)


def _number_kind(number: TextToken) -> str:
    return "the number" if number.token[0].isdigit() else "the word"


def _denial(negation: TextToken) -> str:
    return negation.folded if negation.folded in PARTICULAR_NEGATIONS else "not"
