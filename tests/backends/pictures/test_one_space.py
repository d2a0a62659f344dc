"""Models of sentence-transformers that read pictures and texts alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.backends.encoder_slots import NamedEncoder
from agent.backends.pictures.one_space import OneSpace
from agent.backends.pictures.two_towers import TwoTowers
from agent.errors import ModelError
from agent.media.decoded import Picture
from agent.models import open_towers
from tests.support.made_media import photo
from tests.support.tiny_encoders import one_space_folder, sentence_folder

PICTURES = [Picture(str(seed), photo(40, 30 + 9 * seed, seed), 40, 30) for seed in range(3)]


def test_pictures_and_words_are_as_the_model_itself_has_them(tmp_path: Path) -> None:
    folder = one_space_folder(tmp_path / "m")
    both, bare = open_towers(NamedEncoder("picture", str(folder))), TwoTowers(folder / "0_CLIPModel", "bare")
    assert isinstance(both, OneSpace)
    features = both.encode(PICTURES)
    assert (features.vectors.shape, features.logits) == ((3, both.dim), None)
    np.testing.assert_allclose(features.vectors, bare.encode(PICTURES).vectors, atol=0.03)
    texts = ["a boat", "the red chair on the sea"]
    np.testing.assert_allclose(both.words.encode(texts), bare.words.encode(texts), atol=0.03)


def test_a_model_of_texts_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not read pictures"):
        OneSpace(sentence_folder(tmp_path / "m"), "texts")
