"""Two channels become one: nothing that was recorded is lost."""

from __future__ import annotations

import numpy as np
import pytest

from agent.media.mixing import mixed
from tests.support.made_media import tone

LOW, HIGH = tone(0.5, 200.0), tone(0.5, 900.0)


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.square(samples).mean()))


def test_one_channel_stays() -> None:
    np.testing.assert_array_equal(mixed(LOW[:, None]), LOW)


@pytest.mark.parametrize("other", [LOW, LOW * 0.5, np.zeros_like(LOW), HIGH, -LOW * 0.3])
def test_two_channels_become_their_mean(other: np.ndarray) -> None:
    np.testing.assert_allclose(mixed(np.stack([LOW, other], axis=1)), (LOW + other) / 2, atol=1e-6)


@pytest.mark.parametrize("other", [-LOW, -LOW * 0.95, -LOW + HIGH * 0.05])
def test_channels_that_cancel_become_their_difference(other: np.ndarray) -> None:
    assert loudness(mixed(np.stack([LOW, other], axis=1))) > 0.9 * loudness(LOW)


def test_silence_stays_silence() -> None:
    assert not mixed(np.zeros((100, 2), np.float32)).any()
