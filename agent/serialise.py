"""Answers as plain JSON values; `docs/json.md` describes every field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from agent.answers import Answer, Event, Recommendation, Request
from retrieval.candidates import Candidate
from retrieval.items import Item

SCHEMA_VERSION = 1


def plain(value: Any) -> Any:
    """Dataclasses, mappings and tuples as dicts and lists, all else as it is."""
    # Before dataclasses in general: these two have a form of their own, which also holds where they are nested.
    if isinstance(value, Recommendation):
        return recommendation_json(value)
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
        "attributes": plain(item.attributes),
        "media": [
            {name: getattr(medium, name) for name in ("kind", "name", "path", "problem", "sha256")}
            for medium in item.media
        ],
        "descriptions": plain(item.descriptions),
    }


def recommendation_json(recommendation: Recommendation) -> dict[str, Any]:
    """A recommendation; every claim's evidence points into this very object."""
    return {
        "rank": recommendation.rank,
        "score": round(recommendation.score, 6),
        "fit": None if recommendation.fit is None else round(recommendation.fit, 3),
        "untold": list(recommendation.untold),
        "retrieval_rank": recommendation.retrieval_rank,
        "likelihood": recommendation.likelihood,
        "together": plain(recommendation.together),
        "item": item_json(recommendation.item),
        "explanation": plain(recommendation.explanation),
        "channels": plain(recommendation.channels),
        "decided": plain(recommendation.decided),
        "twins": plain(recommendation.twins),
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """A whole answer."""
    return {
        "schema_version": SCHEMA_VERSION,
        "reply": answer.reply,
        "choices": list(answer.choices),
        "request": plain(answer.request),
        "recommendations": [recommendation_json(recommendation) for recommendation in answer.recommendations],
        "notes": list(answer.notes),
        "backends": plain(answer.backends),
        "timings_s": plain(answer.timings_s),
        "relaxations": plain(answer.relaxations),
        "groups": plain(answer.groups),
        "total": answer.total,
        "dialogue": plain(answer.dialogue),
    }


def event_json(event: Event) -> dict[str, Any]:
    """A step of a streamed answer, without the fields that say nothing."""
    document: dict[str, Any] = {"kind": event.kind, "at_s": event.at_s, "text": event.text}
    if event.request:
        document["request"] = plain(event.request)
    if event.items:
        document["items"] = [item_json(item) for item in event.items]
    if event.recommendation:
        document["recommendation"] = recommendation_json(event.recommendation)
    if event.answer:
        document["answer"] = answer_json(event.answer)
    if event.reply:
        document["reply"] = event.reply
    if event.groups:
        document["groups"] = plain(event.groups)
    return document


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found.

    Attributes:
        request: The turn, as it was understood.
        candidates: Best first, each with what every channel said of it.
    """

    request: Request
    candidates: Sequence[Candidate]


def hits_json(hits: Hits) -> dict[str, Any]:
    """What was found as plain JSON values."""
    return {
        "request": plain(hits.request),
        "hits": [
            {
                "rank": rank,
                "score": round(candidate.score, 6),
                "item": item_json(candidate.item),
                "channels": plain(candidate.channels),
            }
            for rank, candidate in enumerate(hits.candidates, start=1)
        ],
    }
