"""An item as it is searched: without what is stuffed into it, orders to machines, and how to reach somebody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from retrieval.items import Description, Item, Value
from retrieval.text.addressing import machine_orders, may_order, without_orders
from retrieval.text.contacts import may_hold_contact, without_contacts
from retrieval.text.stuffing import MOST_IN_A_ROW, unstuffed, without_runs
from retrieval.text.words import fold, words

WORDED = frozenset({"text", "letters", "speech"})  # kinds of spans that are words of somebody else
_MISREAD_AI = re.compile(r"\bA[l1|](?!\w)")
_HEADING = re.compile(r"#(?: #)+")  # marks of a heading, which are read one by one
_ROUGH_WORD = re.compile(r"[^\W\d_]{3,}")


def searched(item: Item) -> Item:
    """The item with the words that count when it is searched; the very same item where all of them do."""
    if not _is_suspect("\n".join((*texts_of(item), *map(words_of, item.descriptions)))):
        return item
    title = without_runs(without_orders(item.title)) or item.title
    counted = replace(
        item,
        title=title,
        description=_prose(without_contacts(item.description, item.title), words(title)),
        category=item.category and _line(item.category),
        attributes={name: _value(value) for name, value in item.attributes.items()},
        descriptions=tuple(map(_perceived, item.descriptions)),
    )
    return item if counted == item else counted


def _is_suspect(text: str) -> bool:
    """Whether a closer look is worth it: most items need none, and looking costs as much as cutting words does."""
    if may_order(text) or may_hold_contact(text):
        return True
    if not text.isascii():
        return len(text) > MOST_IN_A_ROW
    return any(count > MOST_IN_A_ROW for count in Counter(_ROUGH_WORD.findall(fold(text))).values())


def texts_of(item: Item) -> Iterator[str]:
    """All texts of an item, and what was perceived in its media."""
    yield from (item.title, item.category or "", item.description)
    for value in item.attributes.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from value
    for description in item.descriptions:
        yield description.text
        yield from (span.text for span in description.spans)


def _line(text: str) -> str:
    return without_runs(without_orders(without_contacts(text)))


def _prose(text: str, title: Collection[str]) -> str:
    return unstuffed(without_orders(text), frozenset(title))


def _value(value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(map(_line, value)))
    return _line(value) if isinstance(value, str) else value


def _perceived(description: Description) -> Description:
    """What was perceived in a medium; nothing that is printed or said in it where that gives orders to a machine.

    What is printed comes line by line, so that no line need be an order by itself.
    """
    ordering = bool(machine_orders(words_of(description)))
    spans = tuple(
        replace(span, text="" if ordering and span.kind in WORDED else _line(span.text)) for span in description.spans
    )
    return replace(description, text="" if ordering else _line(description.text), spans=spans)


def words_of(description: Description) -> str:
    """All that is printed or said in a medium, as it was meant where a reader of print mistakes shapes: `Dear Al`."""
    words = " ".join(span.text for span in description.spans if span.kind in WORDED)
    return _HEADING.sub(lambda marks: marks[0].replace(" ", ""), _MISREAD_AI.sub("AI", words))


__all__ = ["WORDED", "searched", "texts_of", "words_of"]
