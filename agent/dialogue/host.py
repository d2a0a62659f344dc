"""The host of a conversation: what it needs of the agent that it belongs to."""

from __future__ import annotations

from typing import Protocol

from agent.models import Models
from agent.people import Feedback
from agent.pipeline import Pipeline
from retrieval.storage.workspace import Workspace


class Host(Protocol):
    """An agent, as conversations know it; `RecommendationAgent` is the one that is shipped."""

    @property
    def workspace(self) -> Workspace:
        """Where turns are kept."""
        ...

    @property
    def models(self) -> Models:
        """The models that read requests."""
        ...

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline over the present items; another one after each change of them."""
        ...

    def feedback(self, user: str, item_id: str, kind: str, reason: str = "") -> Feedback:
        """Store what a person thinks of an item."""
        ...


__all__ = ["Host"]
