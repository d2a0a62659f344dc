"""Association: a number, a name, a colour or a material is told of what the evidence tells it of.

Each word of a false sentence may stand in the evidence, only not together: Hugo Trent narrates and Ilse Marrow
directed, so Ilse Marrow does not narrate.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from agent.explain.grounding.lexicon import BROADER, COLOURS, DATES, DATING, MATERIALS, MEASURES, ROLES
from agent.explain.grounding.record import ItemRecord
from agent.explain.grounding.tokens import TextToken, stem, tokens_of

_UNTELLING = frozenset({"category", "kind", "tags", "description"})  # what stands there is said of no single word
_OF_WHOLE = frozenset({"colour", "material"})  # fields that are told of what the title names
_SIDE_BY_SIDE = frozenset({"of", "the", "them", "these", "from", "in", "at", "to", "into", "for"})
_PARTITIVE = frozenset({"of", "the", "them", "these"})
_PERSONS = ("or", "er", "ist", "ian", "by")  # endings of names of fields that hold who did it
_DATED = re.compile(r"date|month|day|year|season|open|time|monat|mes|mois|fecha")
_YEAR = re.compile(r"1\d\d\d|20\d\d")
Beside = tuple[str, str, str]  # kind of anchor, stem of a word, anchor


class Associations:
    """Which numbers, names, colours and materials the evidence has beside each word."""

    def __init__(self, record: ItemRecord) -> None:
        self._beside: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._dates = {date for text in record.prose for date in _dates(record.read(text))}
        self._dates |= {
            token.token
            for name, value in record.lines
            if _DATED.search(name)
            for token in record.read(value)
            if token.word in DATES
        }
        self._counts: defaultdict[str, set[str]] = defaultdict(set)
        self._words = {stem(token.word) for text in record.prose for token in record.read(text)}
        self._title = {stem(token.word) for token in record.read(record.title)}
        others = [value for name, value in record.lines if name and name not in ROLES and not name.endswith(_PERSONS)]
        self._place_names = {token.word for value in others for token in record.read(value)}
        self._price = "" if record.price is None else f"{record.price:g}"
        for name, value in record.lines:
            if name in _UNTELLING:
                continue
            tokens = record.read(value)
            self._take(pair for clause in clauses_of(tokens) for pair in _pairs(clause))
            for number, counted in ((token, _counted(tokens, at)) for at, token in enumerate(tokens) if token.number):
                self._counts[number.word].update(stem(token.word) for token in counted)
            if name:
                self._take(_of_field(name, tokens))
            if name in _OF_WHOLE:
                whole = [(_kind(token, is_value=False), token.word) for token in (*tokens, *record.read(record.title))]
                self._take((kind, word, anchor) for kind, anchor in whole if kind == name for word in self._title)

    def _take(self, pairs: Iterable[Beside]) -> None:
        for kind, word, anchor in pairs:
            self._beside[kind, word].add(anchor)

    def objection(self, tokens: Sequence[TextToken]) -> str | None:
        """Why a clause may not be said: it puts beside a word what the evidence has beside another one."""
        for clause in clauses_of(tokens):
            if strange := [date for date in _dates(clause) if date not in self._dates]:
                return f"“{strange[0]}” is no date in the evidence"
            told = list(_pairs(clause))
            for kind, word, anchor in told:
                if self._is_told_otherwise(kind, word, told) and self._is_told_otherwise(
                    kind, anchor, told, of_anchor=True
                ):
                    return f"the evidence does not say “{anchor}” of “{word}”"
            if miscounted := self._miscounted(clause):
                return miscounted
        return None

    def _is_told_otherwise(self, kind: str, key: str, told: Sequence[Beside], *, of_anchor: bool = False) -> bool:
        """Whether the evidence tells other things of a word than the clause does; of an anchor, whether none is so."""
        pairs = [
            (word, anchor) for each, word, anchor in told if each == kind and key == (anchor if of_anchor else word)
        ]
        known = [self._known(kind, word, anchor) for word, anchor in pairs]
        return True not in known and (of_anchor or False in known)

    def _known(self, kind: str, word: str, anchor: str) -> bool | None:
        """Whether the evidence tells an anchor of a word; None where it tells none of it."""
        if word in self._title and kind == "number behind":
            return None
        if kind == "name by" and anchor in self._place_names:
            return None
        anchors = self._beside.get((kind, word))
        return None if not anchors else anchor in anchors or any(BROADER.get(known) == anchor for known in anchors)

    def _miscounted(self, clause: Sequence[TextToken]) -> str | None:
        """Why a number may not count what it does: the evidence counts something else by it."""
        for at, number in enumerate(clause):
            counted = [stem(token.word) for token in _counted(clause, at)] if number.number else []
            known = self._counts.get(number.word)
            if not counted or not known or _YEAR.fullmatch(number.word) or number.word == self._price:
                continue
            if not known.intersection(counted) and counted[0] in self._words:
                return f"the evidence does not count “{number.token} {counted[0]}”"
        return None


def clauses_of(tokens: Sequence[TextToken]) -> Iterator[list[TextToken]]:
    """The tokens, clause by clause."""
    return (list(group) for _, group in groupby(tokens, key=lambda token: token.clause))


def _of_field(name: str, tokens: Sequence[TextToken]) -> Iterator[Beside]:
    """What a field's value is told of: the name of the field, and what is done by whoever stands in it."""
    label = [stem(token.word) for token in tokens_of(name)]
    doing = [stem(word) for word in ROLES.get(name.removesuffix("s"), ())]
    for at, token in enumerate(tokens):
        kind = _kind(token, is_value=True)
        if kind == "name":
            yield from (("name by", word, token.word) for word in (*label, *doing))
        elif kind == "number":
            anchor = _amount(token, tokens[at + 1 : at + 2])
            if name == "price":
                anchor = token.word
            yield from ((each, word, anchor) for word in doing for each in ("number", "number behind"))
            yield from (("number", word, anchor) for word in label)
        elif kind:
            yield from ((kind, word, token.word) for word in label)


def _pairs(clause: Sequence[TextToken]) -> Iterator[Beside]:
    """Each word of weight of a clause with the anchors that are told of it."""
    for at, anchor in enumerate(clause):
        kind = _kind(anchor, is_value=False, following=clause[at + 1] if at + 1 < len(clause) else None)
        if kind == "number":
            yield from _of_number(clause, at)
        elif kind == "name":
            yield from _of_name(clause, at)
        elif kind:
            for token in clause:
                if not token.plain and not token.number and token is not anchor and not _kind(token, is_value=False):
                    yield kind, stem(token.word), anchor.word


def _of_number(clause: Sequence[TextToken], at: int) -> Iterator[Beside]:
    number, counted = clause[at], _counted(clause, at)
    anchor = _amount(number, clause[at + 1 : at + 2])
    yield from (("number", stem(token.word), anchor) for token in counted if token.word not in MEASURES)
    if any(token.word in MEASURES for token in counted):
        return
    for token in clause if _YEAR.fullmatch(number.word) else clause[max(0, at - 2) : at]:
        if not token.plain and not token.number:
            yield "number behind", stem(token.word), anchor


def _of_name(clause: Sequence[TextToken], at: int) -> Iterator[Beside]:
    """What is done by somebody: all before `by` and a name, or what follows a name."""
    start, end = at, at + 1
    while start and clause[start - 1].capital:
        start -= 1
    while end < len(clause) and clause[end].capital:
        end += 1
    name = clause[at].word
    if start and clause[start - 1].folded == "by":
        doing = [token for token in clause[: start - 1] if not token.plain]
        yield from (("name by", stem(token.word), name) for token in doing if not _kind(token, is_value=False))
    following = next((token for token in clause[end:] if not token.plain or token.folded == "in"), None)
    if following is not None and not following.plain and not following.number:
        yield "name by", stem(following.word), name


def _amount(number: TextToken, following: Sequence[TextToken]) -> str:
    """A number as it is, or what it measures: 1.8 m and 180 cm are one."""
    unit = following[0].word if following else ""
    if unit not in MEASURES or not re.fullmatch(r"[\d.]+", number.word) or number.word.count(".") > 1:
        return number.word
    dimension, size = MEASURES[unit]
    return f"{float(number.word) * size:g} {dimension}"


def _counted(clause: Sequence[TextToken], at: int) -> list[TextToken]:
    """What a number counts or measures: the two words behind it, `of` between, or another preposition after a unit."""
    counted: list[TextToken] = []
    for token in clause[at + 1 :]:
        is_measure = bool(counted) and counted[0].word in MEASURES
        if token.number or len(counted) == 2:
            break
        if not token.plain:
            counted.append(token)
        elif token.folded not in (_SIDE_BY_SIDE if is_measure else _PARTITIVE):
            break
    return counted


def _dates(clause: Sequence[TextToken]) -> list[str]:
    """Months that are told as such: May is one in `in May`, and a name in `by Elaine May`."""
    return [
        name.token
        for before, name in pairwise(clause)
        if name.word in DATES and name.capital and before.folded in DATING
    ]


def _kind(token: TextToken, *, is_value: bool, following: TextToken | None = None) -> str:
    """Which kind of anchor a word is; empty where it is none."""
    if token.number:
        return "number"
    is_name = token.capital and not token.plain and token.token.isascii()
    if is_name and (is_value or not token.first or (following is not None and following.capital)):
        return "name"
    if token.word in COLOURS or token.folded in COLOURS:
        return "colour"
    return "material" if token.word in MATERIALS else ""
