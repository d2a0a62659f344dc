"""What a card says of an item, beside its title and the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST_FACTS = 4
MOST_CHARS = 42
FIRST = ("artist", "author", "director", "brand", "maker", "date", "year", "genres", "cuisine", "medium", "material")


def facts(item: Mapping[str, Any]) -> str:
    """The key facts of an item, in one line: its price, then what tells it apart, then its category."""
    unique = dict.fromkeys(_facts(item))
    return " · ".join([fact for fact in unique if fact != item["title"]][:MOST_FACTS])


def has_picture(item: Mapping[str, Any]) -> bool:
    """Whether there is a picture of it that can be shown."""
    return any(medium["kind"] == "image" and not medium["problem"] for medium in item["media"])


def _facts(item: Mapping[str, Any]) -> Iterator[str]:
    if item["price"] is not None:
        yield f"{item['price']:,.2f}".removesuffix(".00")
    attributes = item["attributes"]
    for name in (*FIRST, *(name for name in attributes if name not in FIRST)):
        if name == "year" and "date" in attributes:  # a date says the year too
            continue
        text = _as_text(attributes.get(name))
        if text and name not in FIRST:  # those speak for themselves, others need their name
            text = f"{name.replace('_', ' ')} {text}"
        if text and len(text) <= MOST_CHARS:
            yield text
        if name == FIRST[-1] and item["category"]:
            yield item["category"]


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value[:3]))
    if isinstance(value, bool) or value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
