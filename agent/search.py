"""Search: what retrieval alone finds for a request, at once and without reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.answers import Request, UserTurn
from agent.serialise import item_json, plain
from agent.steps import Steps
from agent.understanding import validate
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


def search(steps: Steps, turn: UserTurn) -> Hits:
    """The `turn.k` items that retrieval puts first.

    Raises:
        TastemakerError: as `RecommendationAgent.recommend` does.
    """
    validate(turn)
    perceived = steps.perceive(turn)
    understood, taste = steps.understand(turn, perceived)
    query = steps.query(understood, perceived, taste)
    return Hits(understood.request, steps.retriever.retrieve(query, turn.k))


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
