"""Values as plain JSON ones; `docs/json.md` describes every field.

Answers and what they are made of write themselves (`to_dict`, in `agent/answers.py`), in words of this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Protocol, runtime_checkable

from retrieval.items import Item

SCHEMA_VERSION = 1


@runtime_checkable
class Documented(Protocol):
    """Has a form of its own in JSON."""

    def to_dict(self) -> dict[str, Any]:
        """It as plain JSON values."""
        ...


def plain(value: Any) -> Any:
    """Dataclasses, mappings and tuples as dicts and lists, text as nothing but text, all else as it is."""
    if isinstance(value, str):
        return str(value)  # a note knows other languages too, which JSON does not
    if value is None or isinstance(value, int | float):
        return value
    # Before dataclasses in general: what has a form of its own has it also where it is nested.
    if isinstance(value, Documented) and not isinstance(value, type):
        return value.to_dict()
    if isinstance(value, Item):
        return item_json(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value


def item_json(item: Item) -> dict[str, Any]:
    """An item as the catalog has it, with what was perceived in its media."""
    return {
        "id": item.id,
        "title": item.title,
        "description": item.description,
        "category": item.category,
        "price": item.price,
        "currency": item.currency,
        "url": item.url,
        "attributes": plain(item.attributes),
        "media": [
            {name: getattr(medium, name) for name in ("kind", "name", "path", "problem", "sha256")}
            for medium in item.media
        ],
        "descriptions": plain(item.descriptions),
    }
