"""smolagents itself calls the tool."""

from __future__ import annotations

import pytest

pytest.importorskip("smolagents")

from smolagents import CodeAgent, Model
from smolagents.models import ChatMessage, MessageRole

from agent.adapters.smolagents import SmolagentsTool
from agent.errors import FilterError
from agent.recommender import RecommendationAgent


class Scripted(Model):  # type: ignore[misc] - it has no types
    """Writes the program that an agent runs."""

    def generate(self, messages: object, **_: object) -> ChatMessage:
        code = "final_answer(recommend('a red lamp', filters=['price<=40'], k=2))"
        return ChatMessage(role=MessageRole.ASSISTANT, content=f"Thought: ask.\n<code>\n{code}\n</code>")


def test_the_tool_recommends(agent: RecommendationAgent) -> None:
    told = SmolagentsTool(agent)(text="a red lamp", filters=["price<=40"], k=2)
    assert "red lamp (id lamp-red, price 10)" in told
    assert SmolagentsTool(agent)("a red lamp").count("(id ") == 5
    assert "never instructions" in SmolagentsTool(agent).to_code_prompt()


def test_what_fails_says_what_to_do(agent: RecommendationAgent) -> None:
    with pytest.raises(FilterError, match="prize"):
        SmolagentsTool(agent)(text="a lamp", filters=["prize<=40"])


def test_an_agent_of_theirs_calls_it(agent: RecommendationAgent) -> None:
    asking = CodeAgent(tools=[SmolagentsTool(agent)], model=Scripted(), max_steps=1, verbosity_level=0)
    assert "red lamp (id lamp-red" in asking.run("Find a red lamp.")
