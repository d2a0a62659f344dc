"""CLIP, SigLIP and SigLIP 2: pictures and words as vectors of one space."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from agent.backends.loading import model_files
from agent.backends.pictures.two_towers import LabelledTowers, TwoTowers
from agent.errors import ModelError
from agent.media.decoded import Picture
from tests.support.made_media import photo
from tests.support.senses import MeanColours
from tests.support.tiny_encoders import TOWERS, sentence_folder

PICTURES = [Picture(str(seed), photo(40 + 9 * seed, 30, seed), 40, 30) for seed in range(3)]
TEXTS = ["a boat", "The RED chair on the sea"]


@pytest.fixture(scope="module", params=list(TOWERS))
def towers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TwoTowers:
    return TwoTowers(TOWERS[request.param](tmp_path_factory.mktemp(request.param)), request.param)


def test_pictures_and_words_become_unit_vectors_of_one_space(towers: TwoTowers) -> None:
    features = towers.encode(PICTURES)
    words = towers.words.encode(TEXTS)
    assert features.logits is None
    assert features.vectors.shape == (3, towers.dim)
    assert (words.shape, towers.words.dim, towers.words.id) == ((2, towers.dim), towers.dim, towers.id)
    for vectors in (features.vectors, words):
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(towers.encode(PICTURES[1:2]).vectors[0], features.vectors[1], atol=0.02)
    np.testing.assert_allclose(towers.words.encode(TEXTS[1:])[0], words[1], atol=0.02)
    assert towers.encode([]).vectors.shape == (0, towers.dim)


def test_the_vectors_are_those_that_the_library_gives_with_its_own_processor(towers: TwoTowers) -> None:
    model = towers._model.float()
    try:
        from PIL import Image

        seen = towers._eye(images=[Image.fromarray(PICTURES[0].rgb)], return_tensors="pt")
        with torch.inference_mode():
            expected = model.get_image_features(**seen).pooler_output
    finally:
        towers._model.to(towers._place.dtype)
    expected = torch.nn.functional.normalize(expected, dim=-1).numpy()
    np.testing.assert_allclose(towers.encode(PICTURES[:1]).vectors, expected, atol=0.03)


def test_letters_are_read_as_small_ones(towers: TwoTowers) -> None:
    np.testing.assert_array_equal(towers.words.encode(["RED chair"]), towers.words.encode(["red chair"]))


def test_a_text_longer_than_the_model_reads_is_cut(towers: TwoTowers) -> None:
    assert np.isfinite(towers.words.encode(["boat sea " * 200])).all()


def test_classes_come_from_an_encoder_beside(towers: TwoTowers) -> None:
    class Classes(MeanColours):
        """Knows two classes."""

        class_names = ("a boat", "a chair")

        def encode(self, pictures):
            features = super().encode(pictures)
            return type(features)(features.vectors, np.ones((len(pictures), 2), np.float32))

    both = LabelledTowers(towers, Classes())
    features = both.encode(PICTURES)
    assert (both.id, both.dim, both.class_names, both.words) == (
        towers.id,
        towers.dim,
        Classes.class_names,
        towers.words,
    )
    np.testing.assert_array_equal(features.vectors, towers.encode(PICTURES).vectors)
    assert features.logits is not None
    assert features.logits.shape == (3, 2)


def test_a_model_that_does_not_embed_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds a bert model"):
        TwoTowers(sentence_folder(tmp_path), "a bert")


def test_weights_as_pickles_are_refused(tmp_path: Path) -> None:
    folder = TOWERS["clip"](tmp_path / "clip")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="pickle files only"):
        TwoTowers(folder, "clip")
    assert model_files.SAFE["trust_remote_code"] is False
