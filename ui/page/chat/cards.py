"""What a card says of an item, beside its title and the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from agent.language.beside import moment_note
from agent.language.messages import Note
from ui.page.shared.reader import Reader

MOST_FACTS = 4
MOST_CHARS = 42
UNTOLD = frozenset({"url", "currency"})  # a link and the sign beside the price say them
FIRST = ("artist", "author", "director", "brand", "maker", "date", "year", "genres", "cuisine", "medium", "material")


def facts(item: Mapping[str, Any], reader: Reader) -> str:
    """The key facts of an item, in one line: those that the shop names, else price, what tells it apart, category."""
    named = reader.shop.card
    unique = dict.fromkeys(_named(item, named, reader) if named else _facts(item, reader))
    return " · ".join([fact for fact in unique if fact != item["title"]][:MOST_FACTS])


def price_of(item: Mapping[str, Any], reader: Reader) -> str:
    """What an item costs, as the shop writes it; empty where that is not known."""
    if item["price"] is None:
        return ""
    currency = item.get("currency") or item["attributes"].get("currency") or ""
    return reader.price(item["price"], currency if isinstance(currency, str) else "")


def moment_of(card: Mapping[str, Any]) -> Note | None:
    """Where in the item's sound or video the request is answered; None where that is not known."""
    moment = card.get("moment")
    return moment_note(moment["kind"], moment["start_s"], moment["text"]) if moment else None


def link_of(item: Mapping[str, Any]) -> str:
    """The address of an item's own page; empty where it has none on the web."""
    address = item.get("url") or item["attributes"].get("url")
    if not isinstance(address, str):
        return ""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return address.strip() if parts.scheme in ("http", "https") and parts.hostname else ""


def has_picture(item: Mapping[str, Any]) -> bool:
    """Whether there is a picture of it that can be shown."""
    return any(medium["kind"] == "image" and not medium["problem"] for medium in item["media"])


def _named(item: Mapping[str, Any], names: tuple[str, ...], reader: Reader) -> Iterator[str]:
    """What an item has in these fields."""
    for name in names:
        value = item.get(name) if name in ("category", "description") else item["attributes"].get(name)
        text = price_of(item, reader) if name == "price" else _as_text(value)
        if text and len(text) <= MOST_CHARS:
            yield text


def _facts(item: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    if price := price_of(item, reader):
        yield price
    attributes = {name: value for name, value in item["attributes"].items() if name not in UNTOLD}
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
