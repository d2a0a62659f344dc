"""Association: a number, a name, a colour or a material is told of what the evidence tells it of.

Each word of a false sentence may stand in the evidence, only not together: Hugo Trent narrates and Ilse Marrow directed,
so Ilse Marrow does not narrate.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from agent.explain.grounding.lexicon import COLOURS, DATES, DATING, MATERIALS, MEASURES, ROLES
from agent.explain.grounding.record import ItemRecord
from agent.explain.grounding.tokens import TextToken, stem, tokens_of

_UNTELLING = frozenset({"category", "kind", "tags", "description"})  # what stands there is said of no single word
_SIDE_BY_SIDE = frozenset({"of", "the", "them", "these", "from", "in", "at", "to", "into", "for"})
_PARTITIVE = frozenset({"of", "the", "them", "these"})
_YEAR = re.compile(r"1\d\d\d|20\d\d")
Beside = tuple[str, str, str]  # kind of anchor, stem of a word, anchor


class Associations:
    """Which numbers, names, colours and materials the evidence has beside each word."""

    def __init__(self, record: ItemRecord) -> None:
        self._beside: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._dates = {date for text in record.prose for date in _dates(list(tokens_of(text)))}
        self._counts: defaultdict[str, set[str]] = defaultdict(set)
        self._words = {stem(token.word) for text in record.prose for token in tokens_of(text)}
        self._price = "" if record.price is None else f"{record.price:g}"
        for name, value in record.lines:
            if name in _UNTELLING:
                continue
            tokens = list(tokens_of(value))
            self._take(pair for clause in clauses_of(tokens) for pair in _pairs(clause))
            if name:
                self._take(_of_field(name, tokens))

    def _take(self, pairs: Iterable[Beside]) -> None:
        for kind, word, anchor in pairs:
            self._beside[kind, word].add(anchor)
            if kind == "number":
                self._counts[anchor].add(word)

    def objection(self, tokens: Sequence[TextToken]) -> str | None:
        """Why a clause may not be said: it puts beside a word what the evidence has beside another one."""
        for clause in clauses_of(tokens):
            if strange := [date for date in _dates(clause) if date not in self._dates]:
                return f"“{strange[0]}” is no date in the evidence"
            told: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
            for kind, word, anchor in _pairs(clause):
                told[kind, word].add(anchor)
            for (kind, word), anchors in told.items():
                known = self._beside.get((kind, word))
                if known and not known & anchors:
                    return f"the evidence does not say “{min(anchors)}” of “{word}”"
            if miscounted := self._miscounted(clause):
                return miscounted
        return None

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
    """What a field's value is told of: the name of the field, and what somebody does who stands in it."""
    label = [stem(token.word) for token in tokens_of(name)]
    doing = [stem(word) for word in ROLES.get(name.removesuffix("s"), ())]
    for token in tokens:
        kind = _kind(token, is_value=True)
        for word in (*label, *(doing if kind == "name" else ())):
            if kind:
                yield kind, word, token.word


def _pairs(clause: Sequence[TextToken]) -> Iterator[Beside]:
    """Each word of weight of a clause with the anchors that are told of it."""
    for at, anchor in enumerate(clause):
        kind = _kind(anchor, is_value=False, following=clause[at + 1] if at + 1 < len(clause) else None)
        if kind == "number":
            counted = _counted(clause, at)
            yield from (("number", stem(token.word), anchor.word) for token in counted)
            before = next((token for token in reversed(clause[:at]) if not token.plain), None)
            if before is not None and not before.number and not any(token.word in MEASURES for token in counted):
                yield "number behind", stem(before.word), anchor.word
        elif kind:
            for token in clause:
                if not token.plain and not token.number and token is not anchor and not _kind(token, is_value=False):
                    yield kind, stem(token.word), anchor.word


def _counted(clause: Sequence[TextToken], at: int) -> list[TextToken]:
    """What a number counts or measures: two words right behind it, `of` or behind a unit another preposition between."""
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
        name.token for before, name in pairwise(clause) if name.word in DATES and name.capital and before.folded in DATING
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
