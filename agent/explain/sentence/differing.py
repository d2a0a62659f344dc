"""What else is worth telling: how an item differs from the others of its list, then what else is known of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from agent.answers import Evidence
from agent.explain.grounding.praise import praise_in
from agent.explain.sentence.answering import entry_point, out_of_place, stretch_point
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.domain import STORIES, domains
from agent.explain.sentence.fields import is_named_value, role_of
from agent.explain.sentence.grammar import grammar, stems_of
from agent.explain.sentence.item_text import FieldEntry, ReadItem, Source
from agent.explain.sentence.plan import Point
from agent.explain.sentence.stretches import Stretch
from retrieval.items import Item
from retrieval.text.values import as_text
from retrieval.text.words import fold

PRICE_DIFFERS = 0.05  # of the first item's price
LEAST_COMPARED = 3  # items with a price, for one to be the cheapest of them
MOST_FURTHER = 6
PRICE_PLACE = 20
FIRST = "/recommendations/0/item"
MOST_SENTENCES = 3  # from which an item's nature is told
_PLACING = ("in", "from", "im", "en", "dans")  # what begins so tells where or when, and not what
_LEAST_WORDS = 3
LEAST_NATURE, LEAST_PART = 0.0, -0.2  # below it what is cut out says little of a story, and of a thing
_WIDE_PARTS = re.compile(r"[^，；：]{3,}")
MOST_ALIKE = 0.5  # share of a stretch's words that are told already


def further_points(
    at: int, text: ReadItem, items: Sequence[Item], demand: Demand, ground: CatalogGround
) -> list[Point]:
    """What may be told beside what answers the wishes, what matters most in its domain first.

    Args:
        items: The list; empty where items are not compared.
        at: Position of the item among them.
    """
    points: list[Point] = []
    for role in domains()[ground.domain]["differs"]:
        if role == "price" and not items:
            continue
        if role == "price":
            points += _price_points(at, items, demand, ground)
        else:
            points += _role_points(role, at, text, items, demand, ground)
    return points[:MOST_FURTHER]


def _price_points(at: int, items: Sequence[Item], demand: Demand, ground: CatalogGround) -> Iterator[Point]:
    own, phrasing, unit = items[at].price, demand.phrasing, ground.currency
    prices = [item.price for item in items if item.price is not None]
    if own is None:
        return
    if at == 0 or demand.wishes.cheap:
        least = len(prices) >= LEAST_COMPARED and own == min(prices) and prices.count(own) == 1
        if least and demand.wishes.cheap:
            cited = (Evidence("field", "/item/price", as_text(own)),)
            yield Point(
                phrasing.tell("cheapest", amount=phrasing.money(own, unit)), cited, place=PRICE_PLACE, fixed=True
            )
            return
    first = items[0].price
    if at == 0 or first is None or abs(own - first) <= PRICE_DIFFERS * first:
        return
    name = "less" if own < first else "more"
    evidence = (
        Evidence("field", "/item/price", as_text(own)),
        Evidence("contrast", f"{FIRST}/price", as_text(first)),
    )
    amount = phrasing.difference(abs(own - first), unit)
    yield Point(phrasing.tell(name, amount=amount), evidence, place=PRICE_PLACE, fixed=True)


def _role_points(
    role: str, at: int, text: ReadItem, items: Sequence[Item], demand: Demand, ground: CatalogGround
) -> Iterator[Point]:
    """Values of a role that not all others of the list have."""
    for entry in text.entries:
        own = role_of(entry.field.name)
        if own is None or own.name != role or isinstance(entry.value, bool) or _is_shared(entry, at, items):
            continue
        if point := entry_point(entry, demand.phrasing, ground.domain, foreign=demand.foreign(text.language)):
            yield point
            return


def _is_shared(entry: FieldEntry, at: int, items: Sequence[Item]) -> bool:
    """Whether all others of the list have the value too."""
    others = [item.value(entry.field.name) for number, item in enumerate(items) if number != at]
    return bool(others) and all(value is not None and fold(entry.cited) in fold(as_text(value)) for value in others)


def nature(
    text: ReadItem, demand: Demand, ground: CatalogGround, near: str, told: Collection[str] = ()
) -> Point | None:
    """What the item is, in a stretch of its own text: of the passage nearest to the request, else of its first ones.

    Args:
        near: The passage; empty where there is none.
        told: What is told already.
    """
    nearest = [source for source in text.sources if near and source.text == near]
    for sources in (nearest, text.sources[:MOST_SENTENCES]):
        ranked = list(_natures(sources, text, told, ground.domain))
        least = LEAST_NATURE if ground.domain in STORIES else LEAST_PART
        if ranked and max(entry[0] for entry in ranked) >= least:
            _, _, stretch, source = max(ranked, key=lambda entry: entry[:2])
            return stretch_point(stretch, source, text, demand.phrasing, foreign=demand.foreign(text.language))
    return None


def _natures(
    sources: Sequence[Source], text: ReadItem, told: Collection[str], told_of: str
) -> Iterator[tuple[float, int, Stretch, Source]]:
    """What may be told of what an item is, with how well it does: as a clause of its own, or after `a` or `an`."""
    own = grammar(text.language)
    # Of a thing any part may be told; of a story a part alone says nothing.
    own_article, cut = (-0.1, -0.8) if told_of in STORIES else (0.1, -0.1)
    least = 1 if text.language == "zh" else _LEAST_WORDS
    for at, source in enumerate(sources):
        for number, stretch in enumerate(text.stretches(source, frozenset())):
            news = stretch.stems - text.title
            if stretch.n_words < least or not news or _is_told(stretch, told, text.language) or praise_in(stretch.text):
                continue
            first = fold(stretch.text.split()[0])
            if first in _PLACING and not stretch.whole:
                continue
            indefinite = first in own.articles - own.definite
            opens = stretch.defines or stretch.whole or (stretch.begins and indefinite) or text.language == "zh"
            score = stretch.score - out_of_place(stretch, told_of) + 0.06 * min(6, len(news)) - 0.15 * at
            score += 0.3 if opens else own_article if indefinite else cut
            yield score, -number, stretch, source


def _is_told(stretch: Stretch, told: Collection[str], language: str) -> bool:
    if language == "zh" and any(part in other for part in _WIDE_PARTS.findall(stretch.text) for other in told):
        return True
    each = [stems_of(other, language) for other in told if other]
    stems = frozenset().union(*each)
    if any(fold(other) in fold(stretch.text) for other in told if other):
        return True
    if any(len(own) == 1 and own & stretch.stems for own in each):
        return True  # a word that was told alone, as a colour is
    return len(stretch.stems & stems) >= MOST_ALIKE * max(1, len(stretch.stems))


def known_values(text: ReadItem, demand: Demand, ground: CatalogGround) -> list[Point]:
    """The values of an item that has no text, in the order in which they matter in its domain."""
    known = domains()[ground.domain]
    order = {name: at for at, name in enumerate(known["differs"])}
    ranked: list[tuple[int, FieldEntry]] = []
    for entry in text.entries:
        role = role_of(entry.field.name)
        if isinstance(entry.value, bool):
            continue
        if role is None and not is_named_value(entry.field.name):
            continue
        if role is None:
            ranked.append((len(order), entry))
        elif not role.is_measure and role.name not in known.get("silent", ()):
            ranked.append((order.get(role.name, len(order)), entry))
    ranked.sort(key=lambda pair: pair[0])
    points = [
        entry_point(entry, demand.phrasing, ground.domain, foreign=demand.foreign(text.language)) for _, entry in ranked
    ]
    return [point for point in points if point is not None]


__all__ = ["further_points", "known_values", "nature"]
