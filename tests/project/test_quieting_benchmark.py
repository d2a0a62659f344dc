"""Noise is made quieter, what is not noise stays, and nothing gets longer or shorter."""

from __future__ import annotations

import numpy as np
import pytest

from agent.media.decoded import SAMPLE_RATE
from benchmarks.quieting import quietened
from tests.media.test_acoustics import noise
from tests.support.made_media import tone


def test_steady_noise_goes_and_a_tone_in_it_stays() -> None:
    signal = np.concatenate([np.zeros(SAMPLE_RATE, np.float32), tone(0.5, 500), np.zeros(SAMPLE_RATE, np.float32)])
    cleaned = quietened(signal + noise(2.5, 0.1))
    pause, sounding = slice(2_000, SAMPLE_RATE - 2_000), slice(SAMPLE_RATE + 1_000, SAMPLE_RATE + 7_000)
    assert cleaned[pause].std() < 0.5 * noise(2.5, 0.1)[pause].std()
    assert cleaned[sounding] @ signal[sounding] / (signal[sounding] @ signal[sounding]) == pytest.approx(1, abs=0.1)


def test_what_holds_no_noise_stays_as_it_is() -> None:
    samples = np.concatenate([np.zeros(4_000, np.float32), tone(1.0), np.zeros(4_000, np.float32)])
    np.testing.assert_allclose(quietened(samples), samples, atol=0.02)


@pytest.mark.parametrize("n", [0, 3, 2_047, 2_048, 16_001])
def test_it_is_as_long_as_it_was(n: int) -> None:
    cleaned = quietened(noise(2.0)[:n])
    assert len(cleaned) == n
    assert cleaned.dtype == np.float32
    assert np.isfinite(cleaned).all()
