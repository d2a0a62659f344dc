"""An item as the text that is searched: its own words, and the words perceived in its media."""

from __future__ import annotations

from retrieval.cards import searchable_text
from retrieval.items import Item
from retrieval.schema import Schema

# A label or a colour is a guess about a picture: the visual and bridge channels weigh it better than words would.
_AS_GOOD_AS_WORDS = frozenset({"caption", "speech", "text"})


def item_text(item: Item, schema: Schema) -> str:
    """The text that the text, multilingual and lexical channels search."""
    perceived = (
        span.text for description in item.descriptions for span in description.spans if span.kind in _AS_GOOD_AS_WORDS
    )
    return "\n".join((searchable_text(item, schema), *perceived))
