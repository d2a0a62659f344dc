"""Order: who does what to whom, and what is said of what.

`A widow hides children` does not say that children hide a widow, nor `a matte screen and a backlit remote` that the
screen is backlit.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from agent.explain.grounding.association import clauses_of
from agent.explain.grounding.lexicon import COLOURS, MATERIALS, MEASURES
from agent.explain.grounding.record import ItemRecord
from agent.explain.grounding.tokens import TextToken, stem

_IS = frozenset({"is", "are", "was", "were", "be", "been", "es", "est", "ist", "sind", "son", "sont"})
_OPEN = frozenset({"with", "and", "or", "for", "is"})  # what these join may be told in either order
_DIRECTED = frozenset(
    {"above", "below", "on", "into", "against", "to", "until", "over", "under", "behind", "before", "after", "than"}
)
_PLACING = frozenset({"over", "under", "above", "below", "before", "after"})
_BINDING = frozenset({"of", "en", "de", "aus", "mit", "on", "in", "with", "from", "into"})
# Words that stand before a thing and join nothing.
_ARTICLES = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "its",
        "his",
        "her",
        "their",
        "my",
        "your",
        "our",
        "each",
        "every",
        "un",
        "una",
        "une",
        "ein",
        "eine",
    ]
)
_PRONOUNS = frozenset(["it", "this", "these", "they", "that", "those", "he", "she"])
_STRETCH = re.compile(r"[.;:!?](?!\d)|\n")
Pair = tuple[str, str, str]


class Orders:
    """Which words the evidence has in which order, and by what they are joined."""

    def __init__(self, record: ItemRecord) -> None:
        texts = [value for _, value in record.lines]
        self._pairs = {pair for text in texts for pair in _pairs(record.read(text))}
        self._bound: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        for first, second, link in self._pairs:
            self._bound["behind", first, link].add(second)
            self._bound["before", second, link].add(first)
        self._led: defaultdict[str, set[str]] = defaultdict(set)
        for _, second, link in self._pairs:
            if link in _PLACING:
                self._led[second].add(link)
        self._stretches = [_stems(record.read(part)) for text in texts for part in _STRETCH.split(text)]
        self._said_of: defaultdict[str, set[str]] = defaultdict(set)
        for text in texts:
            for word, thing in _said(record.read(text)):
                self._said_of[word].add(thing)
        self._words = {stem(token.word) for text in _long(record) for token in record.read(text)}
        self._things = {stem(token.word) for text in (record.title, *_category(record)) for token in record.read(text)}
        self._doing = {
            stem(clause[0].word)
            for text in _long(record)
            for clause in clauses_of(record.read(text))
            if not clause[0].plain
        }
        self._materials = {
            stem(token.word) for text in record.fields.get("material", []) for token in record.read(text)
        }
        self._whole = {stem(token.word) for text in _short(record) for token in record.read(text)}

    def objection(self, tokens: Sequence[TextToken]) -> str | None:
        """Why the words may not stand in this order."""
        turned = (pair for pair in _pairs(tokens) if self._is_turned(*pair))
        if pair := next(turned, None):
            return f"the evidence has “{pair[0]}” and “{pair[1]}” the other way round"
        if said := next(self._missaid(tokens), None):
            return f"the evidence does not say “{said[0]}” of “{said[1]}”"
        return None

    def _is_turned(self, first: str, second: str, link: str) -> bool:
        if link in _PLACING and self._led.get(second) and link not in self._led[second]:
            return True  # over the heat, and not under it
        if first == second or (first, second, link) in self._pairs or link in _OPEN - _BINDING:
            return False
        if (second, first, link) in self._pairs and link not in _OPEN:
            return True
        if link in _DIRECTED and any(_stands_before(second, first, words) for words in self._stretches):
            return not any(_stands_before(first, second, words) for words in self._stretches)
        if not link and self._is_done_to(first, second):
            return True
        behind, before = self._bound["behind", first, link], self._bound["before", second, link]
        return link in _BINDING and bool(behind) and bool(before) and not behind & before

    def _is_done_to(self, first: str, second: str) -> bool:
        """Whether somebody else does what the first is said to do, and the first comes behind that only."""
        doers = self._bound["before", second, ""]
        if (
            not doers
            or first in doers
            or second in self._things
            or any((second, first, link) in self._pairs for link in _OPEN | {"by", "of"})
        ):
            return False
        comes_behind = any(_stands_before(second, first, words) for words in self._stretches)
        return comes_behind and not any(_stands_before(first, second, words) for words in self._stretches)

    def _missaid(self, tokens: Sequence[TextToken]) -> Iterator[tuple[str, str]]:
        """Words that the evidence says of something else, and what the sentence says them of."""
        told: defaultdict[str, set[str]] = defaultdict(set)
        for word, thing in _said(tokens):
            told[word].add(thing)
        for word, things in told.items():
            known = self._said_of.get(word)
            if not known or known & things or word in self._whole or things & self._materials:
                continue
            # What is said of a part may be said of the whole: waterproof leather makes waterproof boots.
            strange = things & self._things if known & self._things else things & self._words - self._things
            if strange - self._doing and not (things & self._things and not known & self._things):
                yield word, min(strange)


def _short(record: ItemRecord) -> list[str]:
    """Values that are said of the whole item."""
    return [value for name, value in record.lines if name and name != "category" and not _is_long(value)]


def _long(record: ItemRecord) -> list[str]:
    """Texts that speak of several things."""
    return [value for name, value in record.lines if not name or _is_long(value)]


def _category(record: ItemRecord) -> list[str]:
    return record.fields.get("category", [])


def _is_long(value: str) -> bool:
    return len(value) >= 60 or re.search(r"\d.*,", value) is not None


def _said(tokens: Sequence[TextToken]) -> Iterator[tuple[str, str]]:
    """Each word with what it is said of: `matte` and `screen` in `a matte screen`, and in `the screen is matte`."""
    subjects: list[str] = []
    for clause in clauses_of(tokens):
        run, seen = list[str](), list[str]()
        is_told = has_subject = False
        for token in clause:
            if token.folded in _IS:
                subjects, run, is_told = (seen if has_subject else subjects), [], True
            elif token.negates or token.folded in _DIRECTED or (token.plain and token.folded not in _ARTICLES):
                run, is_told = [], False
                has_subject = has_subject or token.folded in _PRONOUNS
            elif not token.plain and not token.number:
                word = stem(token.word)
                if is_told:
                    yield from ((word, subject) for subject in subjects)
                else:
                    seen, has_subject = [*seen, word], True
                if run and _is_modifier(token):  # `the stem brass`
                    yield word, run[-1]
                yield from ((before, word) for before in run)
                run.append(word)
        subjects = subjects if is_told or not seen else seen


def _stems(tokens: Sequence[TextToken]) -> list[str]:
    return [stem(token.word) for token in tokens if not token.plain]


def _stands_before(first: str, second: str, words: Sequence[str]) -> bool:
    return first in words and second in words and words.index(first) < words.index(second)


def _pairs(tokens: Sequence[TextToken]) -> Iterator[Pair]:
    """Each word of weight, those that follow it in its clause, and what joins them; empty for the one beside it."""
    for clause in clauses_of(tokens):
        link, head, before = "", None, None
        for token in clause:
            if token.folded in _ARTICLES or token.number or token.word in MEASURES:
                continue
            if token.plain or token.negates or token.folded in _IS or token.folded in _DIRECTED:
                link, head = "is" if token.folded in _IS else token.folded, before
                continue
            if head is not None:  # `in the old town`: in what is old, and in a town
                yield stem(head.word), stem(token.word), link
            elif before is not None and not (_is_modifier(before) or _is_modifier(token)):
                yield stem(before.word), stem(token.word), ""
            before = token


def _is_modifier(token: TextToken) -> bool:
    """Whether it is a colour or a material, which may stand on either side of what has it."""
    return token.word in COLOURS or token.word in MATERIALS
