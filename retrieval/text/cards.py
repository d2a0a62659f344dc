"""An item as plain text: for search, and for a language model. What is hidden is in neither."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.text.values import as_text

_SHORT = 80  # characters; a longer attribute is a text of its own
_BEFORE_DESCRIPTION = 400  # characters, about 100 tokens


def searchable_text(item: Item, schema: Schema) -> str:
    """What is searchable of an item: title, category, short attributes with their names, description, the rest.

    Only so many attributes stand before the description that an encoder with a short window still reads it.
    """
    first: list[str] = []
    rest: list[str] = []
    room = _BEFORE_DESCRIPTION
    for field, text in _facts(item, schema, searchable=True):
        if len(text) > _SHORT:
            rest.append(text)
            continue
        fact = f"{_label(field)}: {text}"
        # what does not fit goes behind the description, and all after it too, so the order of facts stays
        room -= len(fact)
        (first if room >= 0 else rest).append(fact)
    description = item.description if _allowed(schema, "description") else ""
    return "\n".join(part for part in (*_head(item, schema), *first, description, *rest) if part)


def card(item: Item, schema: Schema, max_chars: int) -> str:
    """An item for a language model, one fact on a line: title, category, price, short attributes, description.

    Attributes take at most half of `max_chars`; the description fills the rest and is cut at a word.
    """
    lines = [_cut(item.title, max_chars)] if _shown(schema, "title") else []
    size = sum(map(len, lines))
    for line in _card_facts(item, schema):
        if size + len(line) + 1 <= max_chars // 2:
            lines.append(line)
            size += len(line) + 1
    description = " ".join(item.description.split()) if _shown(schema, "description") else ""
    rest = _cut(description, max_chars - size - 1)
    return "\n".join([*lines, rest] if rest else lines)


def _card_facts(item: Item, schema: Schema) -> Iterator[str]:
    if item.category and _shown(schema, "category"):
        yield f"category: {item.category}"
    if item.price is not None and _shown(schema, "price"):
        field = schema.fields.get("price")
        yield f"price: {_measured(as_text(item.price), field)}"
    for field, text in _facts(item, schema, searchable=False):
        if len(text) <= _SHORT:
            yield f"{_label(field)}: {_measured(text, field)}"


def _facts(item: Item, schema: Schema, *, searchable: bool) -> Iterator[tuple[Field, str]]:
    """Attributes with their texts; without those that serve neither search nor filters, such as addresses."""
    for name, value in item.attributes.items():
        field = schema.fields.get(name)
        if field is None or field.hidden:
            continue
        if field.searchable or (field.filterable and not searchable):
            yield field, " ".join(as_text(value).split())


def _head(item: Item, schema: Schema) -> Iterator[str]:
    if _allowed(schema, "title"):
        yield item.title
    if item.category and _allowed(schema, "category"):
        yield item.category


def _shown(schema: Schema, name: str) -> bool:
    field = schema.fields.get(name)
    return field is None or not field.hidden


def _allowed(schema: Schema, name: str) -> bool:
    field = schema.fields.get(name)
    return field is None or (field.searchable and not field.hidden)


def _label(field: Field) -> str:
    return " ".join(field.name.replace("_", " ").split())


def _measured(text: str, field: Field | None) -> str:
    return f"{text} {field.unit}" if field and field.unit else text


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: max(limit - 2, 0)].rpartition(" ")[0].rstrip() + " …" if limit > 2 else ""
