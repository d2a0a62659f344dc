"""Items and descriptions as JSON text, and back again exactly."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

from retrieval.items import AS_IT_IS, EMPTY, Description, Item, Media, Span, Value, VideoFrame

_LATER = ("url", "currency")  # columns that came later: rows written before lack them


def item_to_json(item: Item) -> str:
    """Everything of an item but its descriptions, which are stored on their own."""
    return _dump(
        {
            "title": item.title,
            "description": item.description,
            "category": item.category,
            "price": item.price,
            "attributes": dict(item.attributes),
            # lists and not objects: the names of five fields, again for every file, would be most of the text
            **{name: value for name in _LATER if (value := getattr(item, name)) is not None},
            "media": [[m.kind, m.path, m.name, m.problem, m.sha256] for m in item.media],
            **({"raw": dict(item.raw)} if item.raw else {}),
            **({"untitled": True} if item.untitled else {}),
        }
    )


def item_from_json(item_id: str, text: str, descriptions: tuple[Description, ...]) -> Item:
    """The item that `item_to_json` wrote, together with its descriptions."""
    row: dict[str, Any] = json.loads(text)
    attributes = {name: _value(value) for name, value in row["attributes"].items()}
    return Item(
        id=item_id,
        title=row["title"],
        description=row["description"],
        category=row["category"],
        price=row["price"],
        attributes=MappingProxyType(attributes) if attributes else EMPTY,
        media=tuple(Media(*fields) for fields in row["media"]),
        descriptions=descriptions,
        untitled=row.get("untitled", False),
        raw=MappingProxyType(row["raw"]) if "raw" in row else AS_IT_IS,
        **{name: row.get(name) for name in _LATER},
    )


def description_to_json(description: Description) -> str:
    """Everything of a description but the three parts of its key."""
    return _dump(
        {
            "kind": description.kind,
            "text": description.text,
            "spans": [[s.kind, s.text, s.score, s.start_s] for s in description.spans],
            "original": description.original,
            "language": description.language,
            **({"frames": [[f.picture, f.start_s] for f in description.frames]} if description.frames else {}),
        }
    )


def description_from_json(media: str, origin: str, version: str, text: str) -> Description:
    """The description that `description_to_json` wrote."""
    row: dict[str, Any] = json.loads(text)
    spans = tuple(Span(*fields) for fields in row.pop("spans"))
    frames = tuple(VideoFrame(*fields) for fields in row.pop("frames", ()))
    return Description(media=media, origin=origin, version=version, spans=spans, frames=frames, **row)


def _dump(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(value)
    scalar: Value = value
    return scalar
