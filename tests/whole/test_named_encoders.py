"""Encoders that a person names: from an ingest to an answer, to another encoder, through an ingest that is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agent import RecommendationAgent, UserTurn, load_config
from agent.backends.pictures.efficientnet import EfficientNetLite2
from agent.backends.text.minilm import MiniLM
from agent.backends.text.use_multilingual import UseMultilingual
from agent.doctor import examine
from agent.errors import ModelError, WorkspaceOutdated
from agent.media.decoded import Sound
from agent.models import CONCEPTS, MEASURED, Models
from agent.retrieve.encoders import ENCODERS, remembered_encoders
from retrieval.channels.registry import BRIDGE, MULTILINGUAL, SOUND, SOUND_BRIDGE, TEXT, VISUAL
from retrieval.storage.store import Store
from retrieval.storage.workspace import Workspace
from tests.support.catalogs import write_rows
from tests.support.made_media import photo, tone, write_sound
from tests.support.patience import PATIENCE_S
from tests.support.places import ROOT
from tests.support.tiny_encoders import clap_folder, clip_folder, sentence_folder, siglip_folder

NAMES = ("a red boat", "a blue chair", "a green lamp", "a tent of wood", "a brass kettle")
CALM = "calm with water"  # names nothing that the catalog has, so that no must-have is read into it
KILLED = """
import os, signal, sys
from agent import RecommendationAgent, load_config
from agent.ingest import catalog

catalog.BATCH_ITEMS = 2

def kill(step):
    if step.stage == catalog.LOOKING and step.done == 4:
        os.kill(os.getpid(), signal.SIGKILL)

catalog_file, workspace, encoder = sys.argv[1:]
config = load_config(llm="none", ocr="off", picture_encoder=encoder)
RecommendationAgent.open(workspace, config).ingest(catalog_file, progress=kill)
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An encoder of each family."""
    root = tmp_path_factory.mktemp("encoders")
    makers = {"clip": clip_folder, "siglip": siglip_folder, "clap": clap_folder, "english": sentence_folder}
    made = {name: make(root / name) for name, make in makers.items()}
    card = "---\nlanguage: multilingual\n---\n"
    return made | {"multilingual": sentence_folder(root / "multilingual", seed=8, card=card)}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalog")
    for at in range(len(NAMES)):
        Image.fromarray(photo(48, 40, seed=at)).save(folder / f"{at}.png")
    return write_rows(folder, *({"id": str(at), "title": name, "image": f"{at}.png"} for at, name in enumerate(NAMES)))


def opened(workspace: Path, **settings: str | Path) -> RecommendationAgent:
    config = load_config(llm="none", ocr="off", **{name: str(value) for name, value in settings.items()})
    return RecommendationAgent(Workspace.open(workspace, create=True), Models(config))


def stored(store: Store, channel: str) -> np.ndarray:
    return store.vectors(channel)[1]


@pytest.fixture(scope="module")
def embedded_once(tmp_path_factory: pytest.TempPathFactory, catalog: Path, folders: dict[str, Path]) -> Path:
    workspace = tmp_path_factory.mktemp("seen") / "w"
    with opened(workspace, picture_encoder=folders["clip"]) as agent:
        report = agent.ingest(catalog)
        assert report.bridge.startswith("words find pictures by the encoder of both, clip@")
    return workspace


@pytest.fixture
def seen(tmp_path: Path, embedded_once: Path) -> Path:
    """A workspace whose pictures a CLIP has embedded."""
    return Path(shutil.copytree(embedded_once, tmp_path / "w"))


def test_words_find_pictures_by_the_encoder_that_embedded_them_without_a_bridge(
    seen: Path, catalog: Path, folders: dict[str, Path]
) -> None:
    with opened(seen) as agent:  # nothing is said: the workspace knows its own
        store = agent.workspace.store
        towers = agent.models.pictures
        assert remembered_encoders(store)["picture"] == str(folders["clip"])
        assert CONCEPTS not in store.encoders()
        assert store.encoders()[BRIDGE.name] == store.encoders()[VISUAL.name] == towers.id
        np.testing.assert_array_equal(stored(store, BRIDGE.name), stored(store, VISUAL.name))
        assert agent.models.picture_words is not None
        cosines = stored(store, BRIDGE.name) @ agent.models.picture_words.encode([CALM])[0]
        ranked = agent.rank(UserTurn(CALM, k=len(NAMES)))
        assert ranked
        for scored in ranked:
            likeness = scored.candidate.channels[BRIDGE.name].score
            assert likeness == pytest.approx(cosines[int(scored.candidate.item.id)], abs=1e-3)
        assert agent.recommend("a red boat", k=1).backends["pictures"] == towers.id
        assert towers.class_names  # by which pictures are described still
        # Of so few pictures it cannot be told which are alike by an encoder that nothing is known of.
        answer = agent.recommend(images=[catalog.with_name("2.png")], k=2)
        assert answer.recommendations[0].item.id == "2"
        assert not any("looks" in claim.text for shown in answer.recommendations for claim in shown.explanation.claims)


def test_another_encoder_is_refused_until_the_catalog_is_embedded_by_it(
    seen: Path, catalog: Path, folders: dict[str, Path]
) -> None:
    with opened(seen, picture_encoder=folders["siglip"]) as agent:
        with pytest.raises(
            WorkspaceOutdated, match=r"'visual' .* made by clip@.*, while requests are read by siglip@"
        ) as told:
            agent.recommend("a boat")
        assert f"--workspace {seen} --picture-encoder {folders['siglip']}` again" in told.value.hint
        assert agent.ingest(catalog).updated == len(NAMES)
        assert agent.recommend("a boat", k=1).backends["pictures"].startswith("siglip@")
    with opened(seen) as agent:
        assert agent.models.pictures.id.startswith("siglip@")
        assert agent.ingest(catalog).unchanged == len(NAMES)
    with opened(seen, picture_encoder="embedded") as agent:
        agent.ingest(catalog)
        encoders = agent.workspace.store.encoders()
        assert encoders[VISUAL.name] == EfficientNetLite2.id
        assert encoders[BRIDGE.name] == encoders[CONCEPTS] == f"{EfficientNetLite2.id} in {MiniLM.id}"
        assert "pictures" not in agent.recommend("a boat", k=1).backends


def test_an_ingest_by_another_encoder_that_is_killed_goes_on_where_it_was(
    seen: Path, catalog: Path, folders: dict[str, Path]
) -> None:
    command = [sys.executable, "-c", KILLED, str(catalog), str(seen), str(folders["siglip"])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, env=environment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]
    with opened(seen) as agent:  # it is remembered which encoder was to take over
        store = agent.workspace.store
        assert store.channels()[VISUAL.name].n_items == 4
        done = stored(store, VISUAL.name)
        assert agent.recommend("a boat", k=1).recommendations  # by what is there so far
        report = agent.ingest(catalog)
        assert (report.updated, report.unchanged) == (1, 4)
        assert store.channels()[VISUAL.name].n_items == len(NAMES)
        assert {store.encoders()[name] for name in (VISUAL.name, BRIDGE.name)} == {agent.models.pictures.id}
        np.testing.assert_array_equal(stored(store, VISUAL.name)[:4], done)


def test_texts_are_searched_by_the_named_encoder_and_read_by_the_one_that_ships(
    tmp_path: Path, folders: dict[str, Path]
) -> None:
    catalog = write_rows(tmp_path, *({"id": str(at), "title": name} for at, name in enumerate(NAMES)))
    with opened(tmp_path / "w", text_encoder=folders["english"]) as agent:
        agent.ingest(catalog)
        encoders = agent.workspace.store.encoders()
        named = agent.models.text.id
        assert named.startswith("english@")
        assert encoders[TEXT.name] == named
        assert agent.models.encoder_ids[CONCEPTS] == f"{EfficientNetLite2.id} in {named}"
        assert encoders[MULTILINGUAL.name] == UseMultilingual.id
        assert agent.models.encoder_ids[SOUND.name] == named
        assert (agent.models.words.id, agent.models.turns.id) == (MiniLM.id, UseMultilingual.id)
        answer = agent.recommend("a red boat", k=1)
        assert answer.backends["text"] == named
        assert answer.recommendations[0].item.id == "0"
    with opened(tmp_path / "w", text_encoder=folders["multilingual"]) as agent:
        with pytest.raises(WorkspaceOutdated, match=r"'text' .* made by english@.* read by multilingual@"):
            agent.recommend("a boat")
        agent.ingest(catalog)
        encoders = agent.workspace.store.encoders()
        assert encoders[TEXT.name] == encoders[MULTILINGUAL.name] == agent.models.text.id
        assert agent.models.multilingual is agent.models.text
        assert agent.models.foreign_words.id == UseMultilingual.id


def test_an_encoder_that_has_gone_is_asked_for_plainly(tmp_path: Path, seen: Path) -> None:
    with Workspace.open(seen) as workspace:
        workspace.store.set_setting(ENCODERS, json.dumps({"picture": str(tmp_path / "mine")}))
    with opened(seen) as agent, pytest.raises(ModelError, match=r"The picture encoder .*mine is not there"):
        agent.recommend("a boat")
    said = {one.about: one for one in examine(load_config(llm="none"), seen)}
    assert not said["picture encoder"].well
    assert "--picture-encoder" in said["picture encoder"].says
    assert said["text encoder"].well


def test_doctor_names_the_encoders(seen: Path, folders: dict[str, Path]) -> None:
    config = load_config(llm="none", text_encoder=str(folders["multilingual"]), sound_encoder=str(folders["clap"]))
    said = {one.about: one.says for one in examine(config, None)}
    assert said["text encoder"].startswith("multilingual@")
    assert said["text encoder"].endswith("for all languages, as its card says")
    assert said["picture encoder"].startswith("embedded: EfficientNet-Lite2")
    assert said["sound encoder"].startswith("clap@")
    said = {one.about: one.says for one in examine(load_config(llm="none"), seen)}
    assert said["picture encoder"].startswith("clip@")
    assert f"from {folders['clip']}: needs" in said["picture encoder"]
    assert said["sound encoder"].startswith("embedded: ")


def test_a_sound_encoder_is_remembered_and_puts_words_and_sounds_into_one_space(
    tmp_path: Path, folders: dict[str, Path]
) -> None:
    with opened(tmp_path / "w", sound_encoder=folders["clap"]) as agent:
        agent.ingest(write_rows(tmp_path, {"id": "1", "title": "a boat"}))
    with opened(tmp_path / "w") as agent:
        ears = agent.models.clap
        assert ears is not None
        assert ears.id.startswith("clap@")
        heard, words = ears.encode([Sound("a", tone(0.5))]), ears.encode_texts(["a dog barking"])
        assert heard.shape == words.shape == (1, ears.dim)
    with opened(tmp_path / "w", sound_encoder="embedded") as agent:
        assert agent.models.clap is None


def test_by_a_sound_encoder_sounds_find_sounds_and_words_find_them_without_a_map(
    tmp_path: Path, folders: dict[str, Path]
) -> None:
    for at, hertz in enumerate((220.0, 440.0, 1_760.0)):
        write_sound(tmp_path / f"{at}.wav", tone(1.0, hertz), "pcm_s16le")
    rows = [{"id": str(at), "title": f"tone {at}", "audio": f"{at}.wav"} for at in range(3)]
    with opened(tmp_path / "w", sound_encoder=folders["clap"]) as agent:
        report = agent.ingest(write_rows(tmp_path, *rows[:2]))
        assert "words find sounds by the encoder of both" in str(report.hearing)
        store = agent.workspace.store
        np.testing.assert_array_equal(stored(store, SOUND_BRIDGE.name), stored(store, MEASURED))
        agent.ingest(write_rows(tmp_path, *rows))
        assert len(stored(store, SOUND_BRIDGE.name)) == 3
        answer = agent.recommend(audio=tmp_path / "2.wav", k=3)
        assert answer.recommendations[0].item.id == "2"
        assert answer.recommendations[0].channels["audio"].rank == 1
        query = agent.query(UserTurn("a dog barking"))
        assert agent.models.clap is not None
        assert query.vectors[SOUND_BRIDGE.name].shape == (1, agent.models.clap.dim)
