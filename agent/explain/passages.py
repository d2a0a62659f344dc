"""Passages: stretches of an item's own text that can be quoted, each with a pointer to where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from agent.language.untrusted import addressed_to_a_model, holds_contact, withheld
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.values import as_text
from retrieval.text.words import sentences

QUOTE_CHARS = 160
_BUILT_IN = ("id", "title", "description", "category", "price")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an item's own text.

    Attributes:
        pointer: JSON pointer to the field it stands in.
        label: The field's name for people.
        text: The stretch itself, as it stands there.
    """

    pointer: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Closest:
    """The passage of an item that is nearest to the request in meaning, with its cosine."""

    passage: Passage
    likeness: float


def passages(item: Item, schema: Schema) -> list[Passage]:
    """The item's visible texts cut into quotable stretches: title, sentences of the description, short attributes."""
    stretches = [] if is_hidden(schema, "title") else [Passage("/item/title", "title", item.title)]
    if not is_hidden(schema, "description"):
        stretches += [
            Passage("/item/description", "description", text) for text in _stretches(item.description, item.title)
        ]
    if item.category and not is_hidden(schema, "category"):
        stretches.append(Passage("/item/category", "category", item.category))
    for name, value in item.attributes.items():
        field = schema.fields.get(name)
        if field is None or field.hidden or not field.searchable:
            continue  # hidden, or not made of words that anybody looks for
        stretches += [
            Passage(f"/item/attributes/{pointer_part(name)}", name, text)
            for text in _stretches(as_text(value), item.title)
        ]
    return stretches


def quote(text: str, limit: int = QUOTE_CHARS) -> str:
    """`text` on one line, cut at a word's end where it is longer than `limit` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[:limit].rsplit(" ", 1)[0]
    return f"{cut or line[:limit]}…"


def is_hidden(schema: Schema, name: str) -> bool:
    """Whether a field is shown to nobody, person or model."""
    field = schema.fields.get(name)
    return field is not None and field.hidden


def _stretches(text: str, title: str) -> list[str]:
    """Its sentences, but for those that give orders to a machine or say how to reach somebody.

    Neither is anything that an item says of itself.
    """
    orders = withheld(text)
    parts = (part for line in text.splitlines() for part in sentences(line))
    return [part for part in parts if part not in orders and not _is_foreign(part, title)]


def field_pointer(name: str) -> str:
    """JSON pointer to a field of a recommendation's item."""
    return f"/item/{name}" if name in _BUILT_IN else f"/item/attributes/{pointer_part(name)}"


def pointer_part(name: str) -> str:
    """A name as a part of a JSON pointer.

    Source: RFC 6901, section 3.
    """
    return name.replace("~", "~0").replace("/", "~1")


def _is_foreign(part: str, title: str) -> bool:
    return addressed_to_a_model(part) or holds_contact(part, title)
