"""What a catalog is about, as far as its sentences go by it: a film is directed, a dish is cooked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from agent.explain.sentence.grammar import ROOM
from agent.explain.sentence.phrasing import plain_name
from agent.language.patterns import data
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.words import words

MOST_ITEMS = 500  # looked at
WORTH = 3.0  # in fields: all titles and categories speak of such things
LEAST = 1.5
STORIES = ("film", "book", "art", "music")  # domains whose texts tell of more than the thing
GENERIC = "generic"


def domain_of(schema: Schema, items: Iterable[Item]) -> str:
    """The domain that most names of fields, and words of titles and categories, speak for; else `generic`."""
    names = {plain_name(name) for name, field in schema.fields.items() if not field.hidden}
    titles = [frozenset(words(f"{item.title} {item.category or ''}")) for item in islice(items, MOST_ITEMS)]
    priced = "price" in names
    scores = {domain: _score(known, names, titles) for domain, known in domains().items() if domain != GENERIC}
    best = max(scores, key=scores.__getitem__)
    if scores[best] >= LEAST:
        return best
    return "shop" if priced else GENERIC


def _score(known: Mapping[str, Any], names: set[str], titles: list[frozenset[str]]) -> float:
    told = frozenset(word for text in known["words"] for word in words(text))
    share = sum(not told.isdisjoint(title) for title in titles) / len(titles) if titles else 0.0
    return len(names.intersection(known["fields"])) + WORTH * share


def domains() -> Mapping[str, Mapping[str, Any]]:
    """What is known of each domain."""
    content: Mapping[str, Mapping[str, Any]] = data(ROOM, "fields.yaml")["domains"]
    return content


__all__ = ["GENERIC", "STORIES", "domain_of", "domains"]
