"""Spectral statistics: finite for any sound, blind to loudness, and telling tones from noise."""

from __future__ import annotations

import numpy as np
import pytest

from agent.media.acoustics import BANDS, CEPSTRA, Spectrogram, band_statistics
from agent.media.decoded import SAMPLE_RATE
from tests.support.made_media import tone


def noise(seconds: float, loudness: float = 0.3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, loudness / 3, round(seconds * SAMPLE_RATE)).astype(np.float32)


def measured(samples: np.ndarray) -> np.ndarray:
    spectrogram = Spectrogram.of(samples)
    return band_statistics(spectrogram.mel()[spectrogram.sounding])


@pytest.mark.parametrize(
    "samples",
    [tone(1.0), noise(1.0), tone(0.01), np.ones(3, np.float32), np.eye(1, 9_000, 5, dtype=np.float32)[0]],
    ids=["a tone", "noise", "a blip", "three samples", "a click"],
)
def test_any_sound_has_as_many_finite_numbers(samples: np.ndarray) -> None:
    values = measured(samples)
    assert values.shape == (3 * BANDS + 2 * CEPSTRA,)
    assert values.dtype == np.float32
    assert np.isfinite(values).all()


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(16_000, np.float32), noise(1.0, 1e-4)])
def test_silence_holds_no_sound(samples: np.ndarray) -> None:
    assert not Spectrogram.of(samples).sounding.any()


def test_what_is_quiet_beside_the_rest_is_not_the_sound() -> None:
    sounding = Spectrogram.of(
        np.concatenate([np.zeros(8_000, np.float32), tone(0.5), np.zeros(8_000, np.float32)])
    ).sounding
    assert 0.3 < sounding.mean() < 0.4
    assert not sounding[:40].any()


def test_how_loud_a_sound_was_recorded_says_nothing() -> None:
    np.testing.assert_allclose(measured(0.1 * noise(1.0)), measured(noise(1.0)), atol=0.1)


def test_a_tone_is_nearer_to_another_tone_than_to_noise() -> None:
    first, second, other = measured(tone(1.0, 440)), measured(tone(1.0, 466)), measured(noise(1.0))
    assert np.linalg.norm(first - second) < 0.5 * np.linalg.norm(first - other)
