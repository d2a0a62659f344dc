"""Answers as callers over HTTP see them: the plain values of `agent.serialise`, without any path of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.answers import Answer, Event, Hits
from agent.serialise import item_json
from retrieval.items import Item
from ui.service.thumbnails import picture_address


def item_view(item: Item) -> dict[str, Any]:
    """An item; each of its pictures with the address of a small copy."""
    return _item(item_json(item))


def answer_view(answer: Answer) -> dict[str, Any]:
    """A whole answer."""
    return _answer(answer.to_dict())


def hits_view(hits: Hits) -> dict[str, Any]:
    """What a search found."""
    document = hits.to_dict()
    return {**document, "hits": [_with_item(hit) for hit in document["hits"]]}


def event_view(event: Event) -> dict[str, Any]:
    """A step of a streamed answer."""
    document = event.to_dict()
    if "items" in document:
        document["items"] = [_item(item) for item in document["items"]]
    if "recommendation" in document:
        document["recommendation"] = _with_item(document["recommendation"])
    if "answer" in document:
        document["answer"] = _answer(document["answer"])
    return document


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "recommendations": [_with_item(card) for card in answer["recommendations"]]}


def _with_item(card: dict[str, Any]) -> dict[str, Any]:
    """A recommendation or a hit, its item as callers see it."""
    return {**card, "item": _item(card["item"])}


def _item(item: dict[str, Any]) -> dict[str, Any]:
    media, pictures = [], 0
    for medium in item["media"]:
        media.append(_medium(medium, picture_address(item["id"], pictures)))
        pictures += medium["kind"] == "image"
    return {**item, "media": media}


def _medium(medium: Mapping[str, Any], address: str) -> dict[str, Any]:
    shown = medium["kind"] == "image" and medium["problem"] is None
    return {
        "kind": medium["kind"],
        "name": medium["name"],
        "problem": medium["problem"],
        "sha256": medium["sha256"],
        "picture": address if shown else None,
    }
