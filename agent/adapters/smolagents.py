"""smolagents: the recommender as a tool. Needs `smolagents`."""

from __future__ import annotations

from smolagents import Tool

from agent.adapters.reading import ARGUMENTS, NAME, PURPOSE, answer_text
from agent.recommender import RecommendationAgent


class SmolagentsTool(Tool):  # type: ignore[misc]
    """A tool that recommends; what fails says to the model what to do otherwise."""

    name = NAME
    description = PURPOSE
    inputs = {  # noqa: RUF012 - as the framework has it
        "text": {"type": "string", "description": ARGUMENTS["text"]},
        "filters": {"type": "array", "description": ARGUMENTS["filters"], "nullable": True},
        "k": {"type": "integer", "description": ARGUMENTS["k"], "nullable": True},
    }
    output_type = "string"

    def __init__(self, agent: RecommendationAgent) -> None:
        super().__init__()
        self._agent = agent

    def forward(self, text: str, filters: list[str] | None = None, k: int | None = None) -> str:
        """The answer as lines."""
        return answer_text(self._agent.recommend(text, filters=filters or (), k=k or 5))


__all__ = ["SmolagentsTool"]
