"""A new channel is a row of the registry and an encoder: everything else takes it up from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from agent import RecommendationAgent, load_config
from agent.answers import Request
from agent.backends.protocols import PictureEncoder, PictureFeatures
from agent.ingest.embed import embed_items
from agent.media.decoded import Picture
from agent.perceive.items import PerceivedItem
from agent.perceive.perception import Sight
from agent.perceive.request import Perceived
from agent.retrieve.plans import default_plans
from agent.retrieve.query import query_of
from retrieval.channels import registry
from retrieval.channels.registry import CHANNELS, ChannelRow, costs, default_weights, dense_channels, phrased_as
from retrieval.encoding import Vectors
from retrieval.fusion.cascade import Cascade
from retrieval.items import Description, Item
from retrieval.storage.workspace import Workspace
from tests.support.apishelf import ROWS, WordModels, word_agent, word_ids
from tests.support.shelf import SCHEMA, WordEncoder, pool, units

MOODS = ChannelRow(
    name="moods",
    modality="text",
    aspect="meaning",
    goes_by="english",
    cost=3,
    shares={"text": 0.1, "both": 0.05},
    reader="moods",
    encoder="moods",
    item_texts=lambda item, _: [item.title],
    phrase="reads_alike",
)
STYLES = ChannelRow(
    name="styles",
    modality="picture",
    aspect="picture",
    goes_by="pictures",
    cost=9,
    shares={"picture": 0.3},
    reader="styles",
    encoder="styles",
)


class MoodEncoder(WordEncoder):
    """The same words, in vectors of another length."""

    id = "words of moods"
    dim = 16

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = WordEncoder().encode(texts)[:, : self.dim]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


class StyleEncoder:
    """Pictures by their mean colour."""

    id = "mean colours"
    dim = 3
    class_names = ()

    def encode(self, pictures: Sequence[Picture]) -> PictureFeatures:
        colours = np.stack([picture.rgb.mean(axis=(0, 1)) for picture in pictures]) + 1
        return PictureFeatures((colours / np.linalg.norm(colours, axis=1, keepdims=True)).astype(np.float32), None)


class GrownModels(WordModels):
    """Models that have both encoders."""

    moods = MoodEncoder()
    styles: PictureEncoder = StyleEncoder()

    @property
    def encoder_ids(self) -> Mapping[str, str]:
        return word_ids(moods=MoodEncoder.id, styles=StyleEncoder.id)


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table with both rows."""
    monkeypatch.setattr(registry, "CHANNELS", (*CHANNELS, MOODS, STYLES))


def grown_agent(folder: Path) -> RecommendationAgent:
    return RecommendationAgent(Workspace.open(folder, create=True), GrownModels(load_config(llm="none")))


def sight(red: int) -> Sight:
    rgb = np.full((2, 2, 3), (red, 90, 90), np.uint8)
    return Sight(Picture(f"red {red}", rgb, 2, 2), units(1)[0], None, Description(f"red {red}", "image", "m", "1", ""))


@pytest.mark.usefixtures("grown")
def test_it_has_its_default_share_its_place_in_a_cascade_and_its_phrase() -> None:
    assert default_weights("text")["moods"] == pytest.approx(0.1 / 1.2)  # beside reviews
    assert default_weights("picture")["styles"] == pytest.approx(0.3 / 1.3)
    plans = default_plans()
    assert plans["both"].channels == {*default_weights("both")} >= {"moods"}
    assert plans["text"].fusion.weights["moods"] == default_weights("text")["moods"]  # type: ignore[attr-defined]
    assert "moods" not in plans["foreign"].channels
    assert "moods" in phrased_as("reads_alike")
    between = sorted(costs(), key=costs().__getitem__)
    assert between.index("lexical") < between.index("moods") < between.index("text")
    scores = {"text": np.array([0.9, 0.8, 0.1]), "moods": np.array([0.1, 0.8, 0.9])}
    fused = Cascade({"text": 1.0, "moods": 1.0})(pool(scores))
    assert fused.argmax() == 1  # the new one cuts first, the dearer one orders what is left


@pytest.mark.usefixtures("grown")
def test_it_has_an_identity_and_vectors_of_requests_and_items(tmp_path: Path) -> None:
    models = GrownModels(load_config(llm="none"))
    assert models.encoder_ids["moods"] == MoodEncoder.id
    assert models.encoder_ids["styles"] == StyleEncoder.id
    query = query_of(Request("a boat", "a boat", "en"), (), Perceived((sight(250),)), models, None)
    assert query.vectors["moods"].shape == (1, MoodEncoder.dim)
    assert query.vectors["styles"].shape == (1, StyleEncoder.dim)
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        perceived = PerceivedItem(Item("1", "Boat"), (sight(20), sight(30)), ())
        (entry,) = embed_items([perceived], ["digest"], workspace.store, models, SCHEMA)
    assert entry.vectors["moods"].model == MoodEncoder.id
    assert entry.vectors["styles"].vectors.shape == (2, StyleEncoder.dim)


@pytest.mark.usefixtures("grown")
def test_an_agent_embeds_retrieves_and_explains_by_it(tmp_path: Path) -> None:
    with grown_agent(tmp_path / "w") as agent:
        agent.put_items(ROWS)
        assert agent.workspace.store.channels()["moods"].n_items == len(ROWS)
        assert agent.retriever.snapshot.tables["moods"].matrix.shape[1] == MoodEncoder.dim
        assert {channel.name for channel in agent.retriever.channels} == {
            *(row.name for row in CHANNELS),
            "moods",
            "styles",
        }
        answer = agent.recommend("a red chair")
    best = answer.recommendations[0]
    assert best.item.id == "3"
    assert best.channels["moods"].rank == 1
    assert best.decided is not None
    assert "moods" in best.decided.channels
    assert answer.backends["moods"] == MoodEncoder.id


def test_items_that_were_there_before_it_are_embedded_by_the_next_ingest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = tmp_path / "catalog.csv"
    catalog.write_text("id,title\n1,Boat\n2,Lamp\n")
    with word_agent(tmp_path / "w") as agent:
        assert agent.ingest(catalog).added == 2
        assert agent.ingest(catalog).unchanged == 2
    monkeypatch.setattr(registry, "CHANNELS", (*CHANNELS, MOODS))
    with grown_agent(tmp_path / "w") as agent:
        assert "moods" in dense_channels()
        assert agent.recommend("a boat").recommendations  # without it, until then
        assert agent.ingest(catalog).updated == 2
        assert agent.workspace.store.channels()["moods"].n_items == 2
        assert agent.ingest(catalog).unchanged == 2
