"""Vectors of different models are never compared: people are told, and the next ingest makes all of them anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import RecommendationAgent, load_config
from agent.doctor import examine
from agent.errors import WorkspaceOutdated
from agent.retrieve.encoders import check_encoders, drop_outdated
from retrieval.bridge import RIDGE_BLOB
from retrieval.channels.dense import DenseChannel
from retrieval.query import Query
from retrieval.snapshot import Snapshot
from retrieval.storage.workspace import Workspace
from tests.support.apishelf import ROWS, WordModels, word_agent, word_ids
from tests.support.shelf import SCHEMA, WordEncoder, fill, numbered, units
from ui.errors.problems import status_of
from ui.service.service import Service

CATALOG = "id,title\n" + "\n".join(f"{at},Boat {at}" for at in range(70))
ANOTHER = "another encoder"


class Shorter(WordEncoder):
    """The same words, in vectors of another length."""

    id = ANOTHER
    dim = 16

    def encode(self, texts):
        return WordEncoder().encode(texts)[:, : self.dim]


class OtherModels(WordModels):
    """Models that read texts in another way."""

    text = Shorter()
    encoder_ids = word_ids(text=ANOTHER)


def with_other_models(folder: Path) -> RecommendationAgent:
    return RecommendationAgent(Workspace.open(folder), OtherModels(load_config(llm="none")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalog.csv").write_text(CATALOG)
    with word_agent(tmp_path / "w") as agent:
        agent.ingest(tmp_path / "catalog.csv")
        agent.workspace.store.set_blob(RIDGE_BLOB, b"a map between vectors of the models before")
    return tmp_path / "w"


def test_whoever_asks_is_told_which_channel_was_made_by_which_model_and_what_to_do(folder: Path) -> None:
    with with_other_models(folder) as agent:
        for ask in (
            lambda: agent.recommend("a boat"),
            lambda: agent.conversation().say("a boat"),
            lambda: agent.explain("1", "a boat"),
            lambda: agent.put_items(ROWS),
            lambda: agent.retriever,
        ):
            with pytest.raises(WorkspaceOutdated) as told:
                ask()
            assert f"channel 'text' in {folder} were made by words" in told.value.what
            assert f"by {ANOTHER}" in told.value.what
            assert f"tastemaker ingest CATALOG --workspace {folder}" in told.value.hint
        assert agent.workspace.store.channels()["text"].n_items == 70  # nothing was lost by being asked


def test_what_other_models_made_is_dropped_and_what_fits_is_kept(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        kept = WordModels(load_config(llm="none"))
        drop_outdated(workspace.store, kept)
        assert workspace.store.blob(RIDGE_BLOB)
        check_encoders(workspace.store, kept)
        others = OtherModels(load_config(llm="none"))
        drop_outdated(workspace.store, others)
        assert not workspace.store.blob(RIDGE_BLOB)
        assert "text" not in workspace.store.encoders()
        assert workspace.store.encoders()["multilingual"] == WordEncoder.id
        check_encoders(workspace.store, others)


def test_the_next_ingest_embeds_every_item_anew_even_when_it_was_stopped_on_the_way(folder: Path) -> None:
    catalog = folder.with_name("catalog.csv")

    def stop(step: object) -> None:
        if getattr(step, "done", 0) >= 64:
            raise InterruptedError

    with with_other_models(folder) as agent:
        with pytest.raises(InterruptedError):
            agent.ingest(catalog, progress=stop)
        assert agent.recommend("a boat", k=2).recommendations  # from words, and vectors as far as there are
        assert agent.ingest(catalog).updated == 6
        held = agent.workspace.store.channels()
        assert (held["text"].model, held["text"].dim, held["text"].n_items) == (ANOTHER, Shorter.dim, 70)
        assert held["multilingual"].model == WordEncoder.id
        assert not agent.workspace.store.blob(RIDGE_BLOB)
        assert agent.ingest(catalog).unchanged == 70


def test_a_server_says_what_is_wrong_instead_of_failing_unforeseen(folder: Path) -> None:
    agent = with_other_models(folder)
    service = Service(folder, agent.models.config)
    service._agent = agent
    service.settle()
    status = service.status()
    assert (status.phase, "were made by words" in status.text) == ("failed", True)
    assert "tastemaker ingest" in status.hint
    assert isinstance(service.failure, WorkspaceOutdated)
    assert status_of(service.failure) == 503
    service.close()


def test_doctor_finds_vectors_of_other_models(folder: Path) -> None:
    said = [one.says for one in examine(load_config(llm="none"), folder) if not one.well]
    assert any("were made by words, while requests are read by all-MiniLM-L6-v2" in one for one in said)


def test_vectors_of_another_length_are_refused_even_under_the_same_name(tmp_path: Path) -> None:
    items = numbered(3)
    with fill(tmp_path / "w", items, {"text": {item.id: units(1, 8) for item in items}}) as workspace:
        channel = DenseChannel("text", Snapshot.read(workspace.store, SCHEMA, ["text"]), workspace.index)
        with pytest.raises(WorkspaceOutdated, match="'text' have 8 numbers, those of the request 16"):
            channel.prepare(Query("text", "", {"text": units(1, 16)}))
