"""Requests in words that a catalog's own items answer: pieces of titles and sentences, and facets that items share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.snapshot import Snapshot
from retrieval.text.words import fold, sentences, words

MIN_LETTERS = 3
MOST_FACET_WORDS = 3
MOST_SHARE = 0.2  # a facet of more of the catalog than this asks for nothing in particular
MOST_ANSWERS = 200
FEWEST_SENTENCE_WORDS = 5
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class WordedRequest:
    """A request in words, and the items that answer it.

    Attributes:
        about: Row of the item it was made from.
        answers: Rows of the items that answer it.
        hidden: Rows of items that are no candidates.
    """

    text: str
    about: int
    answers: frozenset[int]
    hidden: frozenset[int] = frozenset()


Maker = Callable[[Snapshot, np.random.Generator], Iterator[WordedRequest]]


def title_requests(snapshot: Snapshot, rng: np.random.Generator) -> Iterator[WordedRequest]:
    """One to three words of a title; every item whose title has them all answers.

    Words are left out until several items answer, since a person rarely asks for one: measured on four catalogs, such
    requests choose weights more as real ones do.
    """
    if not _searchable(snapshot.schema, "title"):
        return
    holding = _rows_by_word([item.title for item in snapshot.items])

    def rows_with(title_words: Sequence[str]) -> frozenset[int]:
        tokens = {token for word in title_words for token in words(word)}
        return frozenset.intersection(*(frozenset(holding[token]) for token in tokens))

    seen = set[str]()
    for row in _shuffled(snapshot, rng):
        chosen = _some(content_words(snapshot.items[row].title), int(rng.integers(1, 4)), rng)
        while len(chosen) > 1 and len(rows_with(chosen)) == 1:
            chosen = _some(chosen, len(chosen) - 1, rng)
        text = " ".join(chosen)
        if chosen and text not in seen and 1 < len(answers := rows_with(chosen)) <= MOST_ANSWERS:
            seen.add(text)
            yield WordedRequest(text, row, answers)


def words_of_title(item: Item, schema: Schema, rng: np.random.Generator) -> str:
    """One or two words of an item's title, as somebody says who shows a picture beside; empty where it has none."""
    title_words = content_words(item.title) if _searchable(schema, "title") else []
    return " ".join(_some(title_words, int(rng.integers(1, 3)), rng))


def sentence_requests(snapshot: Snapshot, rng: np.random.Generator) -> Iterator[WordedRequest]:
    """Three to five words of a sentence of a description, in their order; its item alone answers."""
    if not _searchable(snapshot.schema, "description"):
        return
    for row in _shuffled(snapshot, rng):
        by_sentence = map(content_words, sentences(snapshot.items[row].description))
        telling = [tokens for tokens in by_sentence if len(tokens) >= FEWEST_SENTENCE_WORDS]
        if telling:
            chosen = _some(telling[int(rng.integers(len(telling)))], int(rng.integers(3, 6)), rng)
            yield WordedRequest(" ".join(chosen), row, frozenset({row}))


def facet_requests(snapshot: Snapshot, rng: np.random.Generator) -> Iterator[WordedRequest]:
    """A category or a value that items share, or two of them; all items that have them answer."""
    rows_by_facet = facets(snapshot)
    of_item = by_item(rows_by_facet)
    seen = set[frozenset[str]]()
    for row in _shuffled(snapshot, rng):
        if not (own := of_item.get(row)):
            continue
        chosen = frozenset(_some(own, int(rng.integers(1, 3)), rng))
        answers = frozenset.intersection(*(rows_by_facet[name] for name in chosen))
        if chosen not in seen and len(answers) <= MOST_ANSWERS:
            seen.add(chosen)
            yield WordedRequest(" ".join(name for name in own if name in chosen), row, answers)


def facets(snapshot: Snapshot) -> Mapping[str, frozenset[int]]:
    """By short value of a category or a list, the rows of the items that have it; those that tell items apart."""
    rows: defaultdict[str, set[int]] = defaultdict(set)
    spelled: dict[str, str] = {}  # one spelling stands for all that differ in case or accents alone
    names = [
        field.name
        for field in snapshot.schema.fields.values()
        if field.type in ("category", "list") and field.searchable and not field.hidden
    ]
    for row, item in enumerate(snapshot.items):
        for value in _values(item, names):
            if 0 < len(value.split()) <= MOST_FACET_WORDS and content_words(value):
                rows[spelled.setdefault(fold(value), value)].add(row)
    most = max(3, MOST_SHARE * len(snapshot.items))
    return {value: frozenset(having) for value, having in rows.items() if 2 <= len(having) <= most}


def content_words(text: str) -> list[str]:
    """The words of a text that say something, as they are spelled."""
    return [word for word in _WORD.findall(text) if len(word) >= MIN_LETTERS and not word.isdigit() and words(word)]


def _values(item: Item, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        value = item.value(name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from value


def by_item(rows_by_facet: Mapping[str, frozenset[int]]) -> Mapping[int, list[str]]:
    """The facets of each item, by row."""
    of_item: defaultdict[int, list[str]] = defaultdict(list)
    for value, rows in rows_by_facet.items():
        for row in rows:
            of_item[row].append(value)
    return of_item


def _rows_by_word(texts: Sequence[str]) -> Mapping[str, set[int]]:
    rows: defaultdict[str, set[int]] = defaultdict(set)
    for row, text in enumerate(texts):
        for token in words(text):
            rows[token].add(row)
    return rows


def _some(values: Sequence[str], n: int, rng: np.random.Generator) -> list[str]:
    """At most `n` of the values, drawn at random, in their order."""
    at = np.sort(rng.choice(len(values), size=min(n, len(values)), replace=False))
    return [values[i] for i in at]


def _shuffled(snapshot: Snapshot, rng: np.random.Generator) -> NDArray[np.intp]:
    return rng.permutation(len(snapshot.items)).astype(np.intp)


def _searchable(schema: Schema, name: str) -> bool:
    field = schema.fields.get(name)
    return field is None or (field.searchable and not field.hidden)
