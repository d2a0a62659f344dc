"""What is noted of items that come in: texts meant for machines, or for being found, rather than for people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from retrieval.catalog.problems import Flaw, shown
from retrieval.items import Item
from retrieval.text.addressing import machine_orders
from retrieval.text.searched import texts_of, words_of
from retrieval.text.stuffing import unstuffed, without_runs
from retrieval.text.words import fold, words

LEAST_COPIED = 80  # characters of a description; shorter ones may well be the same
VARIANT = 0.5  # of the words of a title, which two sizes of one thing share
MOST_SHOWN = 80  # characters of an order


def notes_on(item: Item) -> Iterator[Flaw]:
    """What is noted of an item by itself; it is in the workspace with all it says."""
    texts = (*texts_of(item), *map(words_of, item.descriptions))
    orders = [order for text in texts for order in machine_orders(text)]
    if orders:
        yield Flaw(
            "order to a machine",
            f"It gives an order to a machine: {shown(orders[0], MOST_SHOWN)}.",
            "No model reads that, and nothing is found by it; look who wrote it.",
        )
    if not orders and _is_stuffed(item):
        yield Flaw(
            "stuffed words",
            "It repeats words for being found.",
            "The repeated words count nothing in searches; write them once.",
        )


def _is_stuffed(item: Item) -> bool:
    title = frozenset(words(item.title))
    return unstuffed(item.description, title) != item.description or any(
        without_runs(text) != text for text in texts_of(item)
    )


class Copies:
    """Tells which descriptions are word for word those of an item that came before; copies make nobody original."""

    def __init__(self) -> None:
        self._seen: dict[bytes, tuple[str, frozenset[str]]] = {}

    def note(self, item: Item) -> Iterator[Flaw]:
        """That the item's description is that of another one, unless both are variants of one thing."""
        if len(item.description) < LEAST_COPIED:
            return
        content = hashlib.blake2b(" ".join(fold(item.description).split()).encode(), digest_size=16).digest()
        title = frozenset(words(item.title))
        first, other = self._seen.setdefault(content, (item.id, title))
        if first != item.id and len(title & other) < VARIANT * min(len(title), len(other)):
            yield Flaw(
                "copied text",
                f"Its description is word for word that of the item {shown(first)}.",
                "Both are kept; look which of them it belongs to.",
            )


__all__ = ["Copies", "notes_on"]
