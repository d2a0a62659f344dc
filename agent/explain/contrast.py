"""Contrast: what an item has in common with the first of its list, and where it is cheaper, dearer, older or newer."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeGuard

from agent.answers import Claim, Evidence
from agent.explain.distinctive import RARE, Fact, Telling, mostly_digits
from agent.explain.phrases import Phrases
from retrieval.items import Item
from retrieval.text.values import as_text
from retrieval.text.words import fold

FIRST = "/recommendations/0/item"
PRICE_DIFFERS = 0.05  # of the first item's price
YEARS_DIFFER = 10
QUOTE_CHARS = 60


def contrast(item: Item, first: Item, telling: Telling, phrases: Phrases, *, whole: bool = False) -> Iterator[Claim]:
    """Claims that cite both items; the evidence of the first points into the answer.

    Args:
        whole: Tell of every field what both have; else prices and years that are far apart, and one rare value that
            they share.
    """
    title = first.title if len(first.title) <= QUOTE_CHARS else f"{first.title[:QUOTE_CHARS].rsplit(' ', 1)[0]}…"
    measured = dict.fromkeys(sorted(telling.years), "year") | {"price": "price"}
    told = set[str]()
    for name, kind in measured.items():
        own, other = item.value(name), first.value(name)
        least = 0.0 if whole else PRICE_DIFFERS * (first.price or 0.0) if kind == "price" else YEARS_DIFFER
        if _is_number(own) and _is_number(other) and abs(own - other) > least and telling.tells(name):
            text = phrases.compared(kind, as_text(own), as_text(other), title, less=own < other)
            yield Claim(text, _evidence(name, as_text(own), as_text(other), title))
            told.add(name)
    if whole:
        yield from _all_fields(item, first, title, telling, phrases, told)
    elif shared := _shared(item, first, telling):
        yield Claim(
            phrases.shared(shared.name, shared.text, title), _evidence(shared.name, shared.text, shared.text, title)
        )


def _all_fields(
    item: Item, first: Item, title: str, telling: Telling, phrases: Phrases, told: Collection[str]
) -> Iterator[Claim]:
    """Where they differ, then what both have in common."""
    own, other = telling.all(item), telling.all(first)
    dated = {"date"} if told else set[str]()  # a year says it already
    both = [name for name in own if name in other and name not in {*told, *dated}]
    for alike in (False, True):
        for name in both:
            mine, its = own[name].text, other[name].text
            if (fold(mine) == fold(its)) is alike:
                text = phrases.shared(name, mine, title) if alike else phrases.differing(name, mine, its, title)
                yield Claim(text, _evidence(name, mine, its, title))


def _shared(item: Item, first: Item, telling: Telling) -> Fact | None:
    """The rarest value that both have."""
    of_first = {fact.name: fact for fact in telling.facts(first)}
    both = [
        fact
        for fact in telling.facts(item)
        if fact.name in of_first
        and fact.share <= RARE
        and not mostly_digits(fact.text)
        and fold(fact.text) == fold(of_first[fact.name].text)
    ]
    return min(both, key=lambda fact: fact.share, default=None)


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
