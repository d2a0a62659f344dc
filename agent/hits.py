"""Hits: what a search found, and the same as plain JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.answers import Request
from agent.serialise import item_json, plain
from retrieval.candidates import Candidate


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
                "score": round(one.score, 6),
                "item": item_json(one.item),
                "channels": plain(one.channels),
            }
            for rank, one in enumerate(hits.candidates, start=1)
        ],
    }
