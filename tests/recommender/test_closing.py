"""After `close()` every call says that the agent is closed, and how to go on."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from pathlib import Path

import pytest

from agent.answers import UserTurn
from agent.errors import AgentClosed
from agent.recommender import RecommendationAgent
from agent.recommender.closing import while_open
from tests.support.worded import shop, worded_agent

ARGUMENTS = {
    "file": "no file",
    "turn": UserTurn("a lamp"), "text": "a lamp", "item_id": "lamp-red", "item_ids": ["lamp-red"], "user": "ada",
    "kind": "like", "catalog": "c.jsonl", "rows": [], "media_sha256": "0", "rules": [], "request": "a lamp",
}  # fmt: skip


def public() -> list[str]:
    static = [name for name, member in vars(RecommendationAgent).items() if isinstance(member, classmethod)]
    names = [name for name in dir(RecommendationAgent) if not name.startswith("_")]
    return [name for name in names if name not in (*static, "close")]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> RecommendationAgent:
    agent = worded_agent(tmp_path_factory.mktemp("closed") / "w", shop()[:3])
    agent.close()
    return agent


@pytest.mark.parametrize("name", public())
def test_every_call_says_that_the_agent_is_closed(closed: RecommendationAgent, name: str) -> None:
    with pytest.raises(AgentClosed, match="the agent is closed") as caught:
        call(closed, name)
    assert "open" in caught.value.hint


def call(agent: RecommendationAgent, name: str) -> None:
    """Call a method with what it needs, and wait for what it gives; a property is read."""
    member = getattr(agent, name)
    needed = {
        parameter.name: ARGUMENTS[parameter.name]
        for parameter in inspect.signature(member).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    }
    result = member(**needed)
    if inspect.isawaitable(result):
        asyncio.run(waited(result))


async def waited(awaitable: Awaitable[object]) -> None:
    await awaitable


def test_to_close_twice_is_nothing(closed: RecommendationAgent) -> None:
    closed.close()
    assert closed.closed


def test_a_conversation_of_it_says_so_too(tmp_path: Path) -> None:
    with worded_agent(tmp_path / "w", shop()[:3]) as agent:
        talk = agent.conversation()
        talk.say("a red lamp")
    for call in (lambda: talk.say("cheaper"), talk.undo, lambda: talk.why(1), lambda: talk.judge("lamp-red", "like")):
        with pytest.raises(AgentClosed):
            call()


def test_any_class_can_be_told_to_work_while_it_is_open_alone() -> None:
    @while_open
    class Shop:
        closed = False

        def sell(self) -> str:
            """Sells."""
            return "sold"

    shop_ = Shop()
    assert shop_.sell() == "sold"
    assert Shop.sell.__doc__ == "Sells."
    shop_.closed = True
    with pytest.raises(AgentClosed, match=r"^sell: the agent is closed"):
        shop_.sell()
