"""Sounds are measured by what holds sound in them: a few seconds cost little, long ones no more than half a minute."""

from __future__ import annotations

import numpy as np
import pytest

from agent.backends.speech.ears import STRETCH_S, STRETCHES, WhisperEars, telling_part
from agent.backends.speech.whisper import STATES_PER_S, Whisper
from agent.media.decoded import SAMPLE_RATE, Sound
from agent.weights.weights import ensure
from retrieval.channels.hearing import fit_scale
from tests.media.test_acoustics import noise
from tests.support.made_media import tone

LONG = 2 * STRETCHES * round(STRETCH_S)


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    return Whisper(ensure("whisper-base"))


@pytest.fixture(scope="module")
def ears(whisper: Whisper) -> WhisperEars:
    return WhisperEars(whisper)


def measured(ears: WhisperEars, samples: np.ndarray) -> np.ndarray:
    values = ears.encode(Sound("s", samples))
    assert values is not None
    return values


def test_the_encoder_is_given_no_more_than_there_is(whisper: Whisper) -> None:
    assert whisper.states(tone(1.5)).shape == (1.5 * STATES_PER_S, whisper.width)
    assert whisper.states(np.zeros(3, np.float32)).shape == (10, whisper.width)


def test_numbers_are_as_many_as_their_parts_say(ears: WhisperEars) -> None:
    values = measured(ears, tone(1.0))
    assert values.shape == (sum(part.length for part in ears.parts),)
    assert values.dtype == np.float32
    assert np.isfinite(values).all()
    assert sum(part.weight for part in ears.parts) == pytest.approx(1)


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(16_000, np.float32), 1e-5 * noise(1.0)])
def test_silence_is_not_measured(ears: WhisperEars, samples: np.ndarray) -> None:
    assert ears.encode(Sound("s", samples)) is None


def test_sounds_of_a_kind_are_nearer_to_each_other(ears: WhisperEars) -> None:
    hums = [tone(0.6 + at / 10, 200 + 20 * at) for at in range(3)]
    hisses = [noise(0.6 + at / 10, seed=at) for at in range(3)]
    rows = np.stack([measured(ears, samples) for samples in (*hums, *hisses)])
    vectors = fit_scale(rows, ears.parts)(rows)
    likeness = vectors @ vectors.T
    assert likeness[:3, :3].min() > likeness[:3, 3:].max()


def test_silence_around_a_sound_counts_for_little(ears: WhisperEars) -> None:
    rows = np.stack(
        [
            measured(ears, tone(1.0)),
            measured(ears, np.pad(tone(1.0), SAMPLE_RATE)),
            measured(ears, noise(1.0)),
            measured(ears, tone(1.0, 2_000)),
        ]
    )
    vectors = fit_scale(rows, ears.parts)(rows)
    assert vectors[0] @ vectors[1] > max(vectors[0] @ vectors[2], vectors[0] @ vectors[3])


def test_of_a_long_sound_the_beginning_the_middle_and_the_loudest_are_heard() -> None:
    samples = np.repeat(np.arange(LONG, dtype=np.float32) / LONG, SAMPLE_RATE)
    part = telling_part(samples)
    assert len(part) == STRETCHES * round(STRETCH_S) * SAMPLE_RATE
    assert {0.0, samples[-1]} <= set(part.tolist())
    short = samples[: 20 * SAMPLE_RATE]
    assert telling_part(short) is short
