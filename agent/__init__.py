"""Tastemaker's agent: the public Python API.

    from agent import RecommendationAgent

    with RecommendationAgent.open("workspace") as agent:
        answer = agent.recommend("something calm with water", k=3)

Names are loaded on first use: importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.answers import (
        Answer,
        Claim,
        Event,
        Evidence,
        Explanation,
        Recommendation,
        Request,
        UserTurn,
    )
    from agent.config import AgentConfig, load_config
    from agent.errors import TastemakerError
    from agent.explain.why_not import WhyNot
    from agent.ingest.items import ItemsReport
    from agent.people.feedback import Feedback
    from agent.people.person_profile import Profile
    from agent.people.privacy import Forgotten
    from agent.recommender import RecommendationAgent
    from agent.serialise import Hits

_HOMES = {
    "AgentConfig": "agent.config",
    "Answer": "agent.answers",
    "Claim": "agent.answers",
    "Event": "agent.answers",
    "Evidence": "agent.answers",
    "Explanation": "agent.answers",
    "Feedback": "agent.people.feedback",
    "Forgotten": "agent.people.privacy",
    "Hits": "agent.serialise",
    "ItemsReport": "agent.ingest.items",
    "Profile": "agent.people.person_profile",
    "Recommendation": "agent.answers",
    "RecommendationAgent": "agent.recommender",
    "Request": "agent.answers",
    "TastemakerError": "agent.errors",
    "UserTurn": "agent.answers",
    "WhyNot": "agent.explain.why_not",
    "load_config": "agent.config",
}

__all__ = [
    "AgentConfig",
    "Answer",
    "Claim",
    "Event",
    "Evidence",
    "Explanation",
    "Feedback",
    "Forgotten",
    "Hits",
    "ItemsReport",
    "Profile",
    "Recommendation",
    "RecommendationAgent",
    "Request",
    "TastemakerError",
    "UserTurn",
    "WhyNot",
    "load_config",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'agent' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
