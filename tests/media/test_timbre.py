"""What kind of sound a sound is: said where it is sure, and nothing where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from agent.media.decoded import SAMPLE_RATE, Sound
from agent.media.loudness import sound_words
from agent.media.timbre import Timbre
from tests.media.test_acoustics import noise
from tests.support.made_media import tone


def words(samples: np.ndarray) -> tuple[str, ...]:
    timbre = Timbre.of(samples)
    assert timbre is not None
    return timbre.words


def beating(seconds: float, per_minute: float) -> np.ndarray:
    """Short knocks, evenly apart."""
    samples = 1e-3 * noise(seconds)
    knock = tone(0.08, 330) * np.linspace(1, 0, round(0.08 * SAMPLE_RATE), dtype=np.float32)
    for start in np.arange(0, seconds - 0.2, 60 / per_minute):
        at = round(start * SAMPLE_RATE)
        samples[at : at + len(knock)] += knock
    return samples


def test_a_tone_has_a_clear_tone_and_noise_is_noisy() -> None:
    assert words(tone(1.0, 440)) == ("with a clear tone",)
    assert "noisy" in words(noise(1.0))


def test_what_is_high_and_what_is_low() -> None:
    assert "high" in words(tone(1.0, 4_000))
    assert "low" in words(tone(1.0, 80))
    assert "rather low" in words(tone(1.0, 250))
    assert "rather high" in words(tone(1.0, 2_000))
    assert words(tone(1.0, 500)) == ("with a clear tone",)


def test_bursts_are_counted_up_to_a_dozen() -> None:
    pause = np.zeros(SAMPLE_RATE // 2, np.float32)
    barks = np.concatenate([part for _ in range(3) for part in (tone(0.3, 500), pause)])
    assert "in 3 bursts" in words(barks)
    assert not [part for part in words(beating(3.5, 300)) if "bursts" in part]


@pytest.mark.parametrize("per_minute", [60.0, 90.0, 150.0])
def test_a_steady_rhythm_is_counted(per_minute: float) -> None:
    said = words(beating(9.0, per_minute))
    assert f"in a steady rhythm (about {per_minute:.0f} a minute)" in said
    assert "perhaps music" in said


def test_what_does_not_go_on_is_neither_rhythm_nor_music() -> None:
    assert not [part for part in (*words(beating(3.0, 120)), *words(noise(9.0)), *words(tone(9.0))) if "rhythm" in part]
    assert "perhaps music" not in (*words(noise(9.0)), *words(tone(9.0)))


def test_silence_is_of_no_kind() -> None:
    assert Timbre.of(np.zeros(16_000, np.float32)) is None


def test_a_description_says_what_is_sure() -> None:
    assert sound_words(Sound("a", tone(2.0, 80))).text == "lasts 2 s and is loud, low, with a clear tone"
