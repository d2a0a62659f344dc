"""Any model of sentence-transformers embeds texts, and none whose opening could run code is opened."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from agent.backends.text import sentence_model, tower
from agent.backends.text.sentence_model import SentenceModel, module_folders
from agent.errors import ModelError
from retrieval.encoding import for_requests
from tests.support.tiny_encoders import sentence_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sentence_folder(tmp_path_factory.mktemp("texts"))


@pytest.fixture(scope="module")
def model(folder: Path) -> SentenceModel:
    return SentenceModel(folder, "tiny@1")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def test_texts_become_unit_vectors_alone_as_among_others(model: SentenceModel) -> None:
    texts = ["a boat", "", "the red chair on the sea " * 30, "\ud800"]
    vectors = model.encode(texts)
    assert (vectors.shape, vectors.dtype) == ((4, model.dim), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(model.encode(texts[:1])[0], vectors[0], atol=0.02)
    assert model.encode([]).shape == (0, model.dim)


def test_requests_are_read_with_the_prompt_that_the_model_declares(model: SentenceModel) -> None:
    requests = for_requests(model)
    assert (requests.id, requests.dim) == (model.id, model.dim)
    worded = model._model.encode(["find the boat"], prompt="")
    np.testing.assert_allclose(requests.encode(["boat"]) @ worded.T / np.linalg.norm(worded), 1, atol=0.02)
    assert not np.allclose(requests.encode(["boat"]), model.encode(["boat"]), atol=0.05)


def test_an_encoder_without_a_way_of_its_own_for_requests_reads_them_as_all_else() -> None:
    plain = tower.TextTower("plain", 2, lambda texts: np.ones((len(texts), 2), np.float32))
    assert for_requests(plain) is plain
    assert plain.encode(["a"] * (tower.AT_ONCE + 1)).shape == (tower.AT_ONCE + 1, 2)
    assert plain.encode([]).shape == (0, 2)


def test_a_batch_that_does_not_fit_is_done_in_halves(model: SentenceModel, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    whole = model._vectors

    def crowded(texts: list[str], encode: object) -> np.ndarray:
        asked.append(len(texts))
        if len(texts) > 2:
            raise torch.OutOfMemoryError("no room")
        return whole(texts, encode)  # type: ignore[arg-type]

    monkeypatch.setattr(model, "_vectors", crowded)
    assert model.encode(["a boat"] * 4).shape == (4, model.dim)
    assert asked[0] == 4
    assert max(asked[1:]) == 2


def test_a_folder_that_holds_no_such_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model folder"):
        module_folders(tmp_path / "nowhere")
    with pytest.raises(ModelError, match=r"it has no modules\.json"):
        module_folders(tmp_path)
    (tmp_path / "modules.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be read"):
        module_folders(tmp_path)
    (tmp_path / "modules.json").write_text('[{"path": "../other"}]')
    with pytest.raises(ModelError, match="names a folder outside of it"):
        module_folders(tmp_path)


def test_weights_as_pickles_are_refused(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(ModelError, match="pickle files only"):
        SentenceModel(copy, "tiny@1")


def test_a_module_of_the_models_own_code_is_refused(copy: Path) -> None:
    modules = json.loads((copy / "modules.json").read_text())
    modules[1]["type"] = "own.Pooling"
    (copy / "modules.json").write_text(json.dumps(modules))
    (copy / "own.py").write_text("raise SystemExit('code of the model has run')")
    with pytest.raises(ModelError, match="could not be opened"):
        SentenceModel(copy, "tiny@1")


def test_without_the_package_it_is_said_how_to_get_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_model, "find_spec", lambda _: None)
    with pytest.raises(ModelError) as told:
        SentenceModel(folder, "tiny@1")
    assert "pip install 'tastemaker[sentences]'" in told.value.hint
