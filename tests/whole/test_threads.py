"""Several threads get what one after another would get: from models, from the index, from the store, from the agent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from agent.answers import Answer
from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.protocols import ChatMessage, GenerateOptions
from agent.backends.text.minilm import MiniLM
from agent.backends.text.use_multilingual import UseMultilingual
from agent.config import AgentConfig
from agent.media.decoded import Picture
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from retrieval.schema import SCHEMA_FILE, write_schema
from retrieval.snapshot import Snapshot
from retrieval.storage.index import VectorIndex
from retrieval.storage.store import Embedded, StoredItem
from retrieval.storage.workspace import Workspace
from tests.support.patience import PATIENCE_S
from tests.support.shelf import SCHEMA, WordEncoder, fill, units, word_models

THREADS = 4
T = TypeVar("T")


def together(ask: Callable[[], T]) -> list[T]:
    """What `ask` returns in each of a few threads that begin at the same time."""
    gate = threading.Barrier(THREADS)

    def begin(_: int) -> T:
        gate.wait(timeout=PATIENCE_S)
        return ask()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("tiny"))


def test_a_language_model_answers_threads_as_it_answers_one(tiny: Path) -> None:
    seen = Picture("0" * 64, np.full((30, 40, 3), 90, np.uint8), 40, 30)
    read = [[ChatMessage("user", f"Say something of item {n}, {'please ' * n}.")] for n in range(5)]
    look = [[ChatMessage("user", f"What is this, {n}?", (seen,))] for n in range(3)]

    def ask(model: LlavaModel) -> tuple[object, ...]:
        options = GenerateOptions(max_new_tokens=6)
        written, described = model.generate(read, options), model.generate(look, options)
        scored = model.score(read, ["red"] * 5).tolist()
        return written, described, scored, model.first_token(read, ["Yes", "No"]).tolist()

    alone = ask(LlavaModel(tiny))
    shared = LlavaModel(tiny)
    assert together(lambda: ask(shared)) == [alone] * THREADS


def test_a_language_model_is_free_between_two_pieces_of_an_answer(tiny: Path) -> None:
    model = LlavaModel(tiny)
    slow = model.stream([[ChatMessage("user", "Talk.")]], GenerateOptions(max_new_tokens=20))
    next(slow)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(model.generate, [[ChatMessage("user", "Say a word.")]], GenerateOptions(max_new_tokens=2))
        assert other.result(timeout=PATIENCE_S)
    slow.close()


def test_encoders_give_threads_the_vectors_they_give_one(weights: Callable[[str], Path]) -> None:
    texts = [f"{n} boats on a river at dusk" for n in range(20)]
    for encoder in (MiniLM(weights("minilm-l6")), UseMultilingual()):
        alone = encoder.encode(texts)
        for found in together(lambda encoder=encoder: encoder.encode(texts)):  # type: ignore[misc]
            np.testing.assert_allclose(found, alone, atol=2e-3)  # rounding depends on what else the cores do


def test_the_index_answers_while_it_is_taught(tmp_path: Path) -> None:
    index = VectorIndex(tmp_path / "chroma")
    fixed, passing = units(40, 16), units(200, 16, seed=1)
    index.upsert("text", "m", [f"fixed {n}" for n in range(40)], fixed)
    done = threading.Event()

    def ask() -> int:
        asked = 0
        while not done.is_set() or not asked:
            (best, score), *_ = index.query("text", fixed[asked % 40], 3)
            assert (best, round(score, 4)) == (f"fixed {asked % 40}", 1.0)
            asked += 1
        return asked

    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        try:
            for start in range(0, 200, 20):
                names = [f"passing {n}" for n in range(start, start + 20)]
                index.upsert("text", "m", names, passing[start : start + 20])
                index.delete("text", [(name, 0) for name in names[:10]])
        finally:
            done.set()
        assert min(one.result(timeout=PATIENCE_S) for one in asking) > 0
    assert (index.count("text"), index.available) == (140, True)
    index.close(lambda: "sealed")


def test_a_snapshot_is_of_one_state_while_items_come_and_go(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        done = threading.Event()

        def change() -> None:
            try:
                for n in range(60):
                    vector = units(1, seed=n)
                    entry = StoredItem(Item(f"{n}", f"Thing {n}"), "d", {"text": Embedded("m", (f"{n}",), vector)})
                    workspace.store.put([entry])
                    workspace.store.delete([f"{n - 5}"])
            finally:
                done.set()

        with ThreadPoolExecutor(1) as pool:
            changing = pool.submit(change)
            while not done.is_set():
                read = Snapshot.read(workspace.store, SCHEMA, ["text"])
                present = read.tables["text"].present if read.items else np.ones(0, bool)
                assert present.all()
            changing.result(timeout=PATIENCE_S)


SERVER = "openai:http://127.0.0.1:1/v1#scripted"  # named by hand, so that it words; it is never asked
SHOWN = [(what, where) for what in ("Boats", "Horses", "Flowers") for where in ("sea", "wood", "house")]
ITEMS = [Item(str(n), f"{what} by the {where}", category=what) for n, (what, where) in enumerate(SHOWN)]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RecommendationAgent]:
    vectors = {item.id: WordEncoder().encode([item.title]) for item in ITEMS}
    workspace = fill(tmp_path / "w", ITEMS, {"text": vectors, "multilingual": vectors})
    write_schema(SCHEMA, workspace.path / SCHEMA_FILE)
    models = word_models(AgentConfig(llm=SERVER), ScriptedChat(lambda chat: f"It fits: {len(chat[-1].text)}."))
    with RecommendationAgent(workspace, models) as opened:
        yield opened


def test_people_who_ask_at_the_same_time_get_what_they_would_get_alone(agent: RecommendationAgent) -> None:
    def ask() -> list[tuple[object, ...]]:
        talk = agent.conversation()
        first, second = talk.say("boats by the sea", k=2), talk.say("more like the first", k=2)
        return [told(first), told(second), told(agent.recommend("flowers near a house", k=3))]

    def told(answer: Answer) -> tuple[object, ...]:
        return answer.recommendations, answer.notes, answer.request

    found = together(ask)  # also the first to ask: all is read and made while they do
    assert found == [ask()] * THREADS
