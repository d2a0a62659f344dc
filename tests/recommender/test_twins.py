"""Async twins: the same answers, while the event loop goes on; who is cancelled leaves no work behind."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.answers import Answer, UserTurn
from agent.errors import RequestError, WrongArgument
from agent.ingest.catalog import IngestProgress
from agent.recommender import RecommendationAgent
from agent.recommender.twins import AsyncTwins, IngestOptions
from tests.support.patience import PATIENCE_S
from tests.support.worded import shop, worded_agent


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("twins") / "w", shop()) as opened:
        yield opened


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings_s={})


def wait_until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not so():
        assert time.monotonic() < end
        time.sleep(0.01)


def working() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name in ("answer", "end of a stream")]


def test_an_answer_that_is_awaited_is_the_answer(agent: RecommendationAgent) -> None:
    awaited = asyncio.run(agent.arecommend("a red lamp", filters=["price<=40"], k=2))
    assert untimed(awaited) == untimed(agent.recommend("a red lamp", filters=["price<=40"], k=2))


def test_steps_that_are_awaited_are_the_steps(agent: RecommendationAgent) -> None:
    async def kinds() -> list[str]:
        return [event.kind async for event in agent.astream("a red lamp", k=2)]

    assert asyncio.run(kinds()) == [event.kind for event in agent.stream("a red lamp", k=2)]


def test_several_at_once_each_get_their_own(agent: RecommendationAgent) -> None:
    async def first(thing: str) -> str:
        return (await agent.arecommend(f"a red {thing}", k=1)).recommendations[0].item.id

    async def all_of() -> list[str]:
        return await asyncio.gather(*map(first, ("lamp", "tent", "rope")))

    assert asyncio.run(all_of()) == ["lamp-red", "tent-red", "rope-red"]


def test_a_search_takes_words_or_a_turn_and_has_its_twin(agent: RecommendationAgent) -> None:
    hits = agent.search("a red lamp", k=2)
    assert [hit.item.id for hit in hits.candidates][:1] == ["lamp-red"]
    assert agent.search(UserTurn("a red lamp", k=2)).to_dict() == hits.to_dict()
    assert asyncio.run(agent.asearch("a red lamp", k=2)).to_dict() == hits.to_dict()
    assert asyncio.run(agent.aexplain("lamp-red", "a red lamp")) == agent.explain("lamp-red", "a red lamp")


def test_who_leaves_a_stream_ends_its_work(agent: RecommendationAgent) -> None:
    async def first() -> str:
        events = agent.astream("a red lamp")
        kind = (await anext(events)).kind
        await events.aclose()
        return kind

    assert asyncio.run(first()) == "status"
    wait_until(lambda: not working())


def test_who_is_cancelled_is_let_go_at_once_and_the_work_ends_at_its_next_step(
    agent: RecommendationAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on, reached = threading.Event(), threading.Event()
    look = type(agent.pipeline).understand

    def slow(*args: object) -> object:
        reached.set()
        going_on.wait(PATIENCE_S)
        return look(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(type(agent.pipeline), "understand", slow)

    async def cancelled() -> None:
        task = asyncio.create_task(agent.arecommend("a red lamp"))
        while not reached.is_set():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not going_on.is_set()  # nobody waited for the step

    asyncio.run(cancelled())
    going_on.set()
    wait_until(lambda: not working())


def test_errors_come_where_it_is_awaited(agent: RecommendationAgent) -> None:
    with pytest.raises(RequestError, match="empty"):
        asyncio.run(agent.arecommend(""))
    with pytest.raises(WrongArgument, match="text is 42"):
        asyncio.run(agent.arecommend(42))  # type: ignore[arg-type]


def test_frameworks_see_that_a_twin_is_to_be_awaited() -> None:
    twins = [name for name in vars(AsyncTwins) if name.startswith("a") and hasattr(RecommendationAgent, name[1:])]
    assert len(twins) == 8
    awaited = [name for name in twins if name != "astream"]
    assert all(inspect.iscoroutinefunction(getattr(RecommendationAgent, name)) for name in awaited)


@pytest.mark.parametrize("twin", [name for name in vars(AsyncTwins) if name.startswith("a") and name != "astream"])
def test_a_twin_takes_what_its_call_takes(twin: str) -> None:
    known, own = (inspect.signature(getattr(RecommendationAgent, name)).parameters for name in (twin[1:], twin))
    options = dict.fromkeys(IngestOptions.__annotations__) if "options" in own else {}
    assert {*known} == {*own, *options} - {"options"}
    assert all(own[name] == parameter for name, parameter in known.items() if name not in options)


def test_items_and_feedback_change_what_is_there(tmp_path: Path) -> None:
    async def change(agent: RecommendationAgent) -> tuple[object, ...]:
        report = await agent.aput_items([{"id": "sofa", "title": "green sofa"}])
        feedback = await agent.afeedback("ada", "sofa", "like")
        return report.added, feedback.stored, await agent.adelete_items(["sofa", "none"])

    with worded_agent(tmp_path / "w", shop()[:3]) as agent:
        assert asyncio.run(change(agent)) == (("sofa",), True, ("sofa",))


def test_an_ingest_that_nobody_awaits_any_more_ends_at_its_next_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(RecommendationAgent, "reread", lambda _: ended.set())  # the last thing that an ingest does
    rows = [{"id": str(at), "title": f"lamp {at}"} for at in range(400)]
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    reached, going_on, batches = threading.Event(), threading.Event(), list[int]()

    def tell(progress: IngestProgress) -> None:
        batches.append(progress.done)
        if progress.done:
            reached.set()
            going_on.wait(PATIENCE_S)

    async def cancelled(agent: RecommendationAgent) -> None:
        task = asyncio.create_task(agent.aingest(tmp_path / "c.jsonl", progress=tell))
        while not reached.is_set():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        going_on.set()

    with worded_agent(tmp_path / "w", shop()[:3]) as agent:
        asyncio.run(cancelled(agent))
        assert ended.wait(PATIENCE_S)
        assert 0 < agent.workspace.store.count() < 400


def test_a_turn_of_a_conversation_that_is_awaited_is_its_turn(agent: RecommendationAgent) -> None:
    async def talk() -> tuple[Answer, list[str]]:
        conversation = agent.conversation()
        answer = await conversation.asay("a red lamp", k=2)
        return answer, [event.kind async for event in conversation.astream("cheaper")]

    answer, kinds = asyncio.run(talk())
    assert len(answer) == 2
    assert kinds[-1] == "final"
