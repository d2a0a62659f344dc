"""Tastemaker's agent: the public Python API.

    from agent import RecommendationAgent

    with RecommendationAgent.open("workspace") as agent:
        answer = agent.recommend("something calm with water", k=3)

Names are loaded on first use: importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what type checkers and editors read: a name imported as itself is a public one
    from agent.answers import Answer as Answer
    from agent.answers import Claim as Claim
    from agent.answers import Event as Event
    from agent.answers import Evidence as Evidence
    from agent.answers import Explanation as Explanation
    from agent.answers import Hits as Hits
    from agent.answers import Recommendation as Recommendation
    from agent.answers import Request as Request
    from agent.answers import UserTurn as UserTurn
    from agent.config import AgentConfig as AgentConfig
    from agent.config import load_config as load_config
    from agent.errors import TastemakerError as TastemakerError
    from agent.explain.why_not import WhyNot as WhyNot
    from agent.ingest.items import ItemsReport as ItemsReport
    from agent.people.feedback import Feedback as Feedback
    from agent.people.person_profile import Profile as Profile
    from agent.people.privacy import Forgotten as Forgotten
    from agent.recommender import RecommendationAgent as RecommendationAgent
else:
    _HOMES = {
        "AgentConfig": "agent.config",
        "Answer": "agent.answers",
        "Claim": "agent.answers",
        "Event": "agent.answers",
        "Evidence": "agent.answers",
        "Explanation": "agent.answers",
        "Feedback": "agent.people.feedback",
        "Forgotten": "agent.people.privacy",
        "Hits": "agent.answers",
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

    __all__ = list(_HOMES)

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)

    def __dir__() -> list[str]:
        return __all__
