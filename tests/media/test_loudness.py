"""Sounds in plain words: how long, how loud, how much of it is silence."""

from __future__ import annotations

import numpy as np
import pytest

from agent.media.decoded import SAMPLE_RATE, Sound
from agent.media.loudness import sound_words
from tests.support.made_media import tone


def words(samples: np.ndarray) -> str:
    return sound_words(Sound("s", samples.astype(np.float32))).text


@pytest.mark.parametrize(
    ("loudness", "word"), [(0.8, "loud"), (0.1, "of middling loudness"), (0.01, "quiet"), (1.0, "loud")]
)
def test_the_louder_a_sound_the_stronger_the_word(loudness: float, word: str) -> None:
    assert words(tone(2.0, loudness=loudness)) == f"lasts 2 s and is {word}, with a clear tone"


def test_pauses_are_told_and_do_not_make_a_sound_quiet() -> None:
    samples = np.concatenate([tone(1.0, loudness=0.8), np.zeros(3 * SAMPLE_RATE, np.float32)])
    assert words(samples) == "lasts 4 s and is loud, with a clear tone, with long pauses"


@pytest.mark.parametrize(("seconds", "length"), [(0.4, "lasts less than a second"), (3, "lasts 3 s")])
def test_where_nothing_is_to_be_heard_that_is_said(seconds: float, length: str) -> None:
    silence = sound_words(Sound("s", np.zeros(round(seconds * SAMPLE_RATE), np.float32)))
    assert silence.silent
    assert silence.text == f"{length} and is silent"


def test_a_sound_shorter_than_a_window_is_heard_too() -> None:
    assert not sound_words(Sound("s", tone(0.01))).silent
