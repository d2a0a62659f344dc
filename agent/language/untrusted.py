"""Text from outside is data: what a language model reads of items, pictures, speech and requests is made plain first.

A model may do what it reads. So it reads no sentence that gives orders to a machine (see `retrieval.text.addressing`),
no address and no markup, nothing that cannot be seen, and never more than so many characters of anything. What it
writes back chooses nothing: it is checked word by word, and refused where it holds an address or markup.
"""

from __future__ import annotations

import re
import unicodedata

from retrieval.catalog.cleaning import clean_text
from retrieval.text.addressing import machine_orders, orders_a_machine, without_orders
from retrieval.text.contacts import ADDRESS, holds_address, holds_contact

_MARKUP = re.compile(r"<[^>]*>|!?\[([^\]]*)\]\([^)]*\)|```|\{\{|\}\}|\{%|%\}|<\|[^|]*\|>|[<>`]")


def addressed_to_a_model(sentence: str) -> bool:
    """Whether a sentence gives orders to a machine that reads it, instead of saying something of an item."""
    return orders_a_machine(_plain(sentence))


def withheld(text: str) -> list[str]:
    """The sentences of a text that no model reads and no reason quotes: those that give orders to a machine."""
    return machine_orders(text)


def as_data(text: str, limit: int) -> str:
    """A text as a language model may read it: one line of plain words, at most `limit` characters long.

    Compatible characters are made one (NFKC), invisible ones, addresses and markup taken out, and sentences that give
    orders to a machine left out whole.
    """
    # Cut first: patterns over a text of any length are time that whoever wrote the text could choose.
    plain = without_orders(_plain(text[: 4 * limit]))
    plain = ADDRESS.sub(" ", _MARKUP.sub(lambda match: f" {match[1] or ''} ", plain))
    # once more: markup may have stood within the words of an order
    line = " ".join(without_orders(plain).split())
    if len(line) <= limit:
        return line
    cut, space, _ = line[:limit].rpartition(" ")
    return f"{cut}…" if space else line[:limit]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", clean_text(text))


def lines_as_data(text: str, limit: int) -> str:
    """A text as a language model may read it, each line by itself as `as_data` makes it."""
    lines = (as_data(line, limit) for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:limit]


def holds_markup(text: str) -> bool:
    """Whether a text that a model wrote holds an address or markup, which no reason may."""
    return bool(ADDRESS.search(text) or _MARKUP.search(text) or re.search(r"[*_#|\\~]{1,}\w|\w[*_|\\~]{2,}", text))


__all__ = [
    "addressed_to_a_model",
    "as_data",
    "holds_address",
    "holds_contact",
    "holds_markup",
    "lines_as_data",
    "withheld",
]
