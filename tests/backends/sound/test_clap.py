"""CLAP: sounds and words as vectors of one space, the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.backends.sound.clap import MOST_PIECES, ClapEncoder
from agent.backends.sound.clap_ears import ClapEars
from agent.errors import ModelError
from agent.media.decoded import SAMPLE_RATE, Sound
from tests.support.made_media import tone
from tests.support.tiny_encoders import clap_folder, clip_folder


@pytest.fixture(scope="module")
def ears(tmp_path_factory: pytest.TempPathFactory) -> ClapEncoder:
    return ClapEncoder(clap_folder(tmp_path_factory.mktemp("clap")), "clap@1")


def noise(seconds: float, seed: int = 0) -> Sound:
    samples = np.random.default_rng(seed).normal(size=int(seconds * SAMPLE_RATE)).astype(np.float32)
    return Sound(f"noise {seed}", 0.1 * samples)


def test_sounds_and_words_become_unit_vectors_of_one_space(ears: ClapEncoder) -> None:
    sounds = [noise(3.2), Sound("tone", tone(0.4)), Sound("nothing", np.zeros(0, np.float32))]
    heard, words = ears.encode(sounds), ears.encode_texts(["a dog barking", "rain"])
    assert (heard.shape, words.shape, heard.dtype) == ((3, ears.dim), (2, ears.dim), np.float32)
    for vectors in (heard, words):
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(ears.encode(sounds[1:2])[0], heard[1], atol=0.02)
    assert ears.encode([]).shape == (0, ears.dim)
    assert (ears.words.id, ears.words.dim) == ("clap@1", ears.dim)


def test_a_long_sound_has_the_same_vector_each_time_and_is_heard_in_few_pieces(ears: ClapEncoder) -> None:
    long = noise(40)
    assert len(ears._pieces(long)) == MOST_PIECES
    np.testing.assert_array_equal(ears.encode([long]), ears.encode([long]))
    assert len(ears._pieces(noise(1.2))) == 1  # a fifth of a piece tells nothing more
    assert len(ears._pieces(noise(1.7))) == 2


def test_another_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds a clip model"):
        ClapEncoder(clip_folder(tmp_path), "a clip")


def test_as_ears_it_hears_all_but_silence(ears: ClapEncoder) -> None:
    hearing = ClapEars(ears)
    assert (hearing.id, [part.length for part in hearing.parts]) == ("clap@1", [ears.dim])
    heard = hearing.encode(noise(1.0))
    assert heard is not None
    np.testing.assert_array_equal(heard, ears.encode([noise(1.0)])[0])
    assert hearing.encode(Sound("still", np.zeros(SAMPLE_RATE, np.float32))) is None
    assert hearing.encode(Sound("nothing", np.zeros(0, np.float32))) is None
