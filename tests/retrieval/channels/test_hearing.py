"""Sounds are compared within their own catalog, and words find them only where held-back pairs say so."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.bridge import MIN_PAIRS
from retrieval.channels.hearing import SHRUNK_BY, SoundPart, SoundScale, fit_scale, fit_sound_words
from tests.support.shelf import units

PARTS = (SoundPart(6, 0.7), SoundPart(2, 0.3))


def measured(n: int, seed: int = 0) -> np.ndarray:
    """Numbers of very different sizes, most of each alike in all sounds."""
    random = np.random.default_rng(seed)
    return (100 + random.normal(size=(n, 8)) * np.array([1, 1, 1, 1, 1, 1, 900, 0.01])).astype(np.float32)


def test_what_all_sounds_have_in_common_and_how_large_numbers_are_does_not_count() -> None:
    sounds = measured(60)
    vectors = fit_scale(sounds, PARTS)(sounds)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    others = (vectors @ vectors.T)[~np.eye(60, dtype=bool)]
    assert abs(others.mean()) < 0.1
    assert others.std() > 0.2


def test_a_part_counts_by_its_weight_and_not_by_its_length() -> None:
    sounds = measured(60)
    scale = fit_scale(sounds, PARTS)
    like, unlike = sounds[0].copy(), sounds[0].copy()
    like[6:], unlike[:6] = (
        scale.mean[6:] - (sounds[0, 6:] - scale.mean[6:]),
        scale.mean[:6] - (sounds[0, :6] - scale.mean[:6]),
    )
    own, first, second = scale(np.stack([sounds[0], like, unlike]))
    assert own @ first == pytest.approx(0.7 - 0.3, abs=1e-3)
    assert own @ second == pytest.approx(0.3 - 0.7, abs=1e-3)


def test_with_few_sounds_a_spread_that_is_an_accident_is_drawn_to_the_usual_one() -> None:
    sounds = measured(SHRUNK_BY)
    sounds[:, 0] = 100 + 1e-6 * np.arange(SHRUNK_BY)
    assert fit_scale(sounds, PARTS).spread[0] > 0.5


def test_equal_sounds_and_silent_numbers_still_give_unit_vectors() -> None:
    sounds = np.ones((4, 8), np.float32)
    vectors = fit_scale(sounds, PARTS)(sounds)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_scale_is_saved_whole() -> None:
    sounds = measured(20)
    scale = fit_scale(sounds, PARTS)
    again = SoundScale.from_bytes(scale.to_bytes())
    np.testing.assert_array_equal(again(sounds), scale(sounds))


def test_words_find_sounds_by_a_map_where_sounds_say_something_of_words() -> None:
    sounds = units(MIN_PAIRS * 2, 12)
    texts = units(MIN_PAIRS * 2, 16, seed=1) * 0.5 + sounds @ np.random.default_rng(2).normal(size=(12, 16)).astype(
        "f4"
    )
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    fitted = fit_sound_words(sounds, texts)
    assert fitted.ridge is not None
    assert fitted.fitted > 3 * fitted.chance
    assert fitted.points.shape == texts.shape
    np.testing.assert_allclose(np.linalg.norm(fitted.ridge(sounds), axis=1), 1, atol=1e-5)


def test_no_map_is_kept_where_sounds_say_nothing_of_words_or_pairs_are_few() -> None:
    noise = fit_sound_words(units(MIN_PAIRS * 2, 12), units(MIN_PAIRS * 2, 16, seed=1))
    assert noise.ridge is None
    assert not len(noise.points)
    few = fit_sound_words(units(MIN_PAIRS - 1, 12), units(MIN_PAIRS - 1, 16))
    assert few.ridge is None
    assert np.isnan(few.fitted)
