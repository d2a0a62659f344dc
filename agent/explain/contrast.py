"""Contrast: what an item has in common with the first of its list, and where it is cheaper, dearer, older or newer."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeGuard

from agent.answers import Claim, Evidence
from agent.explain.distinctive import RARE, DistinctiveFacts, Fact, mostly_digits
from agent.explain.phrases import Phrases
from retrieval.items import Item
from retrieval.text.values import as_text
from retrieval.text.words import fold

FIRST = "/recommendations/0/item"
PRICE_DIFFERS = 0.05  # of the first item's price
YEARS_DIFFER = 10
QUOTE_CHARS = 60


def contrast(
    item: Item, first: Item, distinctive: DistinctiveFacts, phrases: Phrases, *, whole: bool = False
) -> Iterator[Claim]:
    """Claims that cite both items; the evidence of the first points into the answer.

    Args:
        whole: Tell of every field what both have; else prices and years that are far apart, and one rare value that
            they share.
    """
    title = first.title if len(first.title) <= QUOTE_CHARS else f"{first.title[:QUOTE_CHARS].rsplit(' ', 1)[0]}…"
    measured = dict.fromkeys(sorted(distinctive.years), "year") | {"price": "price"}
    compared = set[str]()
    for name, kind in measured.items():
        own, other = item.value(name), first.value(name)
        # A little cheaper or a year older is no reason to prefer it, save for somebody who asks how they differ.
        least = 0.0 if whole else PRICE_DIFFERS * (first.price or 0.0) if kind == "price" else YEARS_DIFFER
        if _is_number(own) and _is_number(other) and abs(own - other) > least and distinctive.tells(name):
            text = phrases.compared(kind, as_text(own), as_text(other), title, less=own < other)
            yield Claim(text, _evidence(name, as_text(own), as_text(other), title))
            compared.add(name)
    if whole:
        yield from _field_claims(item, first, title, distinctive, phrases, compared)
    elif fact := _rarest_shared(item, first, distinctive):
        yield Claim(phrases.shared(fact.name, fact.text, title), _evidence(fact.name, fact.text, fact.text, title))


def _field_claims(
    item: Item, first: Item, title: str, distinctive: DistinctiveFacts, phrases: Phrases, compared: Collection[str]
) -> Iterator[Claim]:
    """Where they differ, then what both have in common; but for fields that are compared already."""
    own_facts, other_facts = distinctive.all(item), distinctive.all(first)
    dated = {"date"} if compared else set[str]()  # a year says it already
    names = [name for name in own_facts if name in other_facts and name not in {*compared, *dated}]
    for alike in (False, True):
        for name in names:
            own, other = own_facts[name].text, other_facts[name].text
            if (fold(own) == fold(other)) is alike:
                text = phrases.shared(name, own, title) if alike else phrases.differing(name, own, other, title)
                yield Claim(text, _evidence(name, own, other, title))


def _rarest_shared(item: Item, first: Item, distinctive: DistinctiveFacts) -> Fact | None:
    """The rarest value that both have."""
    of_first = {fact.name: fact for fact in distinctive.facts(first)}
    shared = [
        fact
        for fact in distinctive.facts(item)
        if fact.name in of_first
        and fact.share <= RARE
        and not mostly_digits(fact.text)  # equal numbers are more often chance than kinship
        and fold(fact.text) == fold(of_first[fact.name].text)
    ]
    return min(shared, key=lambda fact: fact.share, default=None)


def _evidence(name: str, own: str, other: str, title: str) -> tuple[Evidence, ...]:
    place = name if name in ("price", "category") else f"attributes/{name.replace('~', '~0').replace('/', '~1')}"
    return (
        Evidence("field", f"/item/{place}", own),
        Evidence("contrast", f"{FIRST}/{place}", other),
        Evidence("contrast", f"{FIRST}/title", title),
    )


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


__all__ = ["contrast"]
