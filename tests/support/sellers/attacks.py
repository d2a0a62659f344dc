"""Attacks: honest items into whose texts a seller wrote for machines, in praise of himself, or to be found."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from retrieval.items import Description, Item, Span
from tests.support.sellers import Half, of_half, read, sentences_of

Sort = Literal["order", "praise", "repeated", "hidden", "title"]
Carrier = Literal["title", "description", "attribute", "picture", "speech"]
CONTACTS = (
    "Call us at +44 20 7946 0958.", "Write to sales@wares.example.", "See www.wares.example for more.",
    "Follow @bestwares.", "Visit us at 12 Market Street.",
)  # fmt: skip
FILLERS = ("good", "cheap", "new", "nice", "fine", "quick", "great", "here")
_SLOT = re.compile(r"\{(wish[,.|]?|shuffled|padded)\*(\d+)\}")
_TAG_BASE = 0xE0000  # characters that nobody sees, one for each of ASCII


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack on a search.

    Attributes:
        item: As the seller would have it.
        clean: As it is.
        wish: What he wants to be found for.
        planted: What he wrote.
    """

    sort: Sort
    carrier: Carrier
    item: Item
    clean: Item
    wish: str
    planted: str


def attacks(items: Sequence[Item], wishes: Sequence[str], n: int, half: Half | None = None) -> Iterator[Attack]:
    """So many attacks, always the same ones: every sort and carrier, on items that are not what is wished for."""
    lot = random.Random(7)
    ways = list(_ways(half))
    for at in range(n):
        sort, carrier, template = ways[at * 7 % len(ways)]
        wish = wishes[at % len(wishes)]
        others = [
            item for item in items if not set(wish.split()) & set(f"{item.title} {item.category}".lower().split())
        ]
        yield _attack(sort, carrier, template, lot.choice(others), wish, lot)


def printed(n: int) -> list[str]:
    """So many texts to print on pictures or to speak: orders, and how to reach the seller."""
    orders = [order.format(item="scarf", wish="tent") for order in sentences_of("orders") if order.isascii()]
    texts = [text for pair in zip(orders, CONTACTS * len(orders), strict=False) for text in pair]
    return (texts * n)[:n]


def _ways(half: Half | None) -> Iterator[tuple[Sort, Carrier, str]]:
    stuffing = read("stuffing")
    orders, praise = sentences_of("orders", half), sentences_of("praise", half)
    for at, template in enumerate(orders):
        carriers: tuple[Carrier, ...] = ("description", "attribute", "picture", "title", "speech")
        yield "order", carriers[at % len(carriers)], template
    for template in praise:
        yield "praise", "description", f"{{text}} {template}"
    for sort in ("repeated", "hidden", "title"):
        for template in of_half(stuffing[sort], half) if half else stuffing[sort]:
            yield sort, "title" if sort == "title" else "description", template


def _attack(sort: Sort, carrier: Carrier, template: str, clean: Item, wish: str, lot: random.Random) -> Attack:
    thing = clean.title.split()[-1].lower()
    filled = _SLOT.sub(lambda slot: _repeated(slot[1], wish, int(slot[2]), lot), template)
    tags = "".join(chr(_TAG_BASE + ord(mark)) for mark in wish)
    text = filled.format(text="", title="", item=thing, wish=wish, tags=tags).strip()
    contact = lot.choice(CONTACTS) if sort in ("order", "praise") else ""
    planted = f"{text} {contact}".strip()
    return Attack(sort, carrier, _planted(clean, carrier, planted), clean, wish, planted)


def _planted(item: Item, carrier: Carrier, planted: str) -> Item:
    if carrier == "title":
        return replace(item, title=f"{item.title} {planted}"[:990])
    if carrier == "description":
        return replace(item, description=f"{item.description} {planted}")
    if carrier == "attribute":
        return replace(item, attributes={**item.attributes, "note": planted})
    kind, medium = ("text", "image") if carrier == "picture" else ("speech", "audio")
    spans = (Span(kind, planted),)  # type: ignore[arg-type]
    return replace(item, descriptions=(Description("0" * 64, medium, "eyes", "1", planted, spans),))  # type: ignore[arg-type]


def _repeated(form: str, wish: str, n: int, lot: random.Random) -> str:
    words = wish.split()
    if form == "shuffled":
        return " ".join(" ".join(lot.sample(words, len(words))) for _ in range(n))
    if form == "padded":
        return " ".join(f"{wish} {lot.choice(FILLERS)}" for _ in range(n))
    joint = {"wish": " ", "wish,": ", ", "wish.": ". ", "wish|": " | "}[form]
    return joint.join([wish] * n)
