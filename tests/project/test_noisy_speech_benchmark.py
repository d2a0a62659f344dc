"""The benchmark of speech in noise adds the noise that it says and counts the errors that there are."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.noisy_speech import NOISES, Clip, noise_of, noisy, spoken_words, word_errors
from tests.support.made_media import tone


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [("a b c", "a b c", 0), ("a b c", "a c", 1), ("a b c", "", 3), ("a", "x a y", 2), ("a b", "b a", 2)],
)
def test_word_errors_are_the_fewest_changes(said: str, heard: str, errors: int) -> None:
    assert word_errors(said.split(), heard.split()) == errors


def test_numbers_and_signs_are_read_as_words() -> None:
    assert spoken_words("Seven, 3 o'clock!") == ("seven", "three", "o'clock")


@pytest.mark.parametrize("kind", NOISES)
@pytest.mark.parametrize("below", [0.0, 10.0])
def test_noise_is_as_much_quieter_than_the_speech_as_is_said(kind: str, below: float) -> None:
    speech, others = tone(1.0, loudness=0.05), [Clip(tone(0.5, hertz), ()) for hertz in (300, 700, 900)]
    added = noise_of(kind, len(speech), others, np.random.default_rng(0))
    rest = noisy(speech, added, below) - speech
    assert 10 * np.log10(np.mean(speech**2) / np.mean(rest**2)) == pytest.approx(below, abs=0.3)
