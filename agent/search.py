"""Search: what retrieval alone finds for a request, at once and without reasons."""

from __future__ import annotations

from agent.answers import UserTurn
from agent.hits import Hits
from agent.steps import Steps
from agent.understanding import validate


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
