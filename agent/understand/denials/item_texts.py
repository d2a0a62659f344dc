"""All that an item says, text by text: its own fields, hidden ones too, and what was perceived in its media."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.items import Item
from retrieval.schema import BUILT_IN_TYPES, Schema
from retrieval.text.item_text import lexical_text

PICTURE = "picture"  # stands for a field's name where a text was perceived
SHORT = 200  # characters; a longer text tells a story, in which a claim may be about anything


@dataclass(frozen=True, slots=True)
class ItemText:
    """One text of an item, and the field that it stands in."""

    field: str
    text: str


def item_texts(item: Item) -> Iterator[ItemText]:
    """The texts of an item; each entry of a list is one. An id that stands in for a title is none."""
    if not item.untitled:
        yield ItemText("title", item.title)
    if item.category:
        yield ItemText("category", item.category)
    if item.description:
        yield ItemText("description", item.description)
    for name, value in item.attributes.items():
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and text:
                yield ItemText(name, text)
    yield from _perceived(item)


def unsearched_text(item: Item, schema: Schema) -> str:
    """What an item says that the index of its words leaves out."""
    searched = lexical_text(item, schema)
    texts = (text.text for text in item_texts(item) if not _is_searched(text.field, schema))
    return "\n".join(text for text in texts if text not in searched)


def _is_searched(name: str, schema: Schema) -> bool:
    if name == PICTURE:
        return False
    field = schema.fields.get(name)
    return name in BUILT_IN_TYPES if field is None else field.searchable and not field.hidden


def _perceived(item: Item) -> Iterator[ItemText]:
    for description in item.descriptions:
        texts = (description.text, description.original or "", *(span.text for span in description.spans))
        yield from (ItemText(PICTURE, text) for text in dict.fromkeys(texts) if text)


__all__ = ["PICTURE", "SHORT", "ItemText", "item_texts", "unsearched_text"]
