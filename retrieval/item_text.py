"""An item as the text that is searched: its own words, and the words perceived in its media."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from retrieval.cards import searchable_text
from retrieval.items import Item
from retrieval.schema import BUILT_IN_TYPES, Schema
from retrieval.values import as_text
from retrieval.words import sentences

# A label or a colour is a guess about a picture: the visual and bridge channels weigh it better than words would.
_AS_GOOD_AS_WORDS = frozenset({"caption", "speech", "text"})


def lexical_text(item: Item, schema: Schema) -> str:
    """The words that the lexical channel counts.

    The title counts twice: it says in a few words what the item is. Names of attributes are left out: each would be a
    word that every item has.
    """
    names = ("title", "title", "category", "description", *item.attributes)
    values = (item.value(name) for name in names if _searchable(schema, name))
    texts = (as_text(value) for value in values if value is not None)
    return "\n".join((*texts, *_perceived(item)))


def item_text(item: Item, schema: Schema) -> str:
    """The whole text, which the text channel searches."""
    return "\n".join((searchable_text(item, schema), *_perceived(item)))


def item_passages(item: Item, schema: Schema, most: int) -> list[str]:
    """The title and the first sentences, which the multilingual channel searches one by one; the id if there are none.

    Its encoder averages over words: a long text becomes a blur in which a short request finds nothing. Seen on the
    demo catalog: by titles alone a request for a boat finds the boats, by whole texts it finds portraits.
    """
    title = [item.title] if _searchable(schema, "title") else []
    described = item.description if _searchable(schema, "description") else ""
    lines = (line for text in (described, *_perceived(item)) for line in text.splitlines())
    following = (sentence for line in lines for sentence in sentences(line))
    return [*title, *islice(following, most - len(title))] or [item.id]


def _searchable(schema: Schema, name: str) -> bool:
    field = schema.fields.get(name)
    if field is None:
        return name in BUILT_IN_TYPES
    return field.searchable and not field.hidden


def _perceived(item: Item) -> Iterator[str]:
    for description in item.descriptions:
        yield from (span.text for span in description.spans if span.kind in _AS_GOOD_AS_WORDS)
        if description.language != "en":
            yield description.text  # speech in English, beside the spans in the language that was spoken
