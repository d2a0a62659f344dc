"""Views: a turn is answered from the one state of the workspace that it began with, whatever happens meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent.answers import UserTurn
from agent.config import AgentConfig
from agent.pipeline.events import final_answer
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from retrieval.once import once
from retrieval.schema import SCHEMA_FILE, write_schema
from tests.support.patience import PATIENCE_S
from tests.support.shelf import SCHEMA, WordEncoder, fill, word_models

ITEMS = [Item(str(at), f"Boats on the water {at}", category="Landscape") for at in range(6)]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RecommendationAgent]:
    vectors = {item.id: WordEncoder().encode([item.title]) for item in ITEMS}
    workspace = fill(tmp_path / "w", ITEMS, {"text": vectors, "multilingual": vectors})
    write_schema(SCHEMA, workspace.path / SCHEMA_FILE)
    models = word_models(AgentConfig(llm="none"))
    with RecommendationAgent(workspace, models) as opened:
        yield opened


def remove(agent: RecommendationAgent, *ids: str) -> None:
    agent.workspace.store.delete(ids)
    agent.workspace.sync_index()
    agent.reread()


def test_a_turn_under_way_keeps_the_catalog_it_began_with(agent: RecommendationAgent) -> None:
    whole = agent.recommend("boats on the water", k=6)
    events = agent.answer(UserTurn("boats on the water", k=6))
    next(events)
    remove(agent, "0", "1", "2")
    under_way = final_answer(events)
    assert under_way.recommendations == whole.recommendations
    after = agent.recommend("boats on the water", k=6)
    assert {one.item.id for one in after.recommendations} == {"3", "4", "5"}


def test_a_conversation_goes_on_over_the_catalog_as_it_is_by_then(agent: RecommendationAgent) -> None:
    talk = agent.conversation()
    talk.say("boats on the water", k=3)
    shown = set(talk.state.last)
    gone = min(shown)
    remove(agent, gone)
    answer = talk.say("more like these", k=6)
    assert {one.item.id for one in answer.recommendations} == {item.id for item in ITEMS} - shown


def test_what_people_do_has_no_item_read_again(agent: RecommendationAgent) -> None:
    before = agent.pipeline.snapshot
    agent.feedback("ada", "1", "like")
    assert agent.pipeline.snapshot is before
    agent.opt_out("ada")
    agent.forget_user("ada")
    assert agent.pipeline.snapshot is before
    remove(agent, "1")
    assert agent.pipeline.snapshot is not before


def test_what_many_people_say_is_learned_from_while_the_agent_is_open(agent: RecommendationAgent) -> None:
    snapshot = agent.pipeline.snapshot
    agent.feedback("ada", "1", "like")
    assert agent.pipeline.learned.loaded.n_events == 1
    for name in ("bob", "cleo"):
        agent.feedback(name, "2", "like")
    assert agent.pipeline.learned.loaded.n_events == 3
    assert agent.pipeline.snapshot is snapshot


def test_models_that_were_being_learned_while_somebody_was_forgotten_are_not_kept(agent: RecommendationAgent) -> None:
    store = agent.workspace.store
    agent.feedback("ada", "1", "like")
    before = store.n_erasures
    agent.forget_user("ada")
    store.keep_learned(b"learned with ada", before)
    assert store.learned() is None
    store.keep_learned(b"learned without", store.n_erasures)
    assert store.learned() == b"learned without"


class Slow:
    """Something made once, by a thread that lets the others catch up."""

    def __init__(self, threads: int) -> None:
        self._gate = threading.Barrier(threads)
        self.made = 0

    @once
    def value(self) -> object:
        self.made += 1
        return object()

    def ask(self) -> object:
        self._gate.wait(timeout=PATIENCE_S)
        return self.value

    @once
    def failing_first(self) -> int:
        self.made += 1
        if self.made == 1:
            raise ValueError("not yet")
        return self.made


def test_threads_that_ask_at_the_same_time_share_what_one_of_them_makes() -> None:
    threads = 8
    slow = Slow(threads)
    with ThreadPoolExecutor(threads) as pool:
        found = {id(one) for one in pool.map(lambda _: slow.ask(), range(threads))}
    assert (len(found), slow.made) == (1, 1)


def test_what_could_not_be_made_is_tried_again() -> None:
    slow = Slow(1)
    with pytest.raises(ValueError, match="not yet"):
        _ = slow.failing_first
    assert slow.failing_first == slow.failing_first == 2
