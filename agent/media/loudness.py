"""What can be said of a sound without understanding it: how long, how loud, of what kind, how much of it is silence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.media.decoded import SAMPLE_RATE, Sound
from agent.media.timbre import Timbre

SILENCE_DB = -60.0  # level below which a stretch is silent, in decibels of full scale
HEARD_S = 60.0  # of which its kind is told
_WINDOW_S = 0.05
_LOUDNESS = ((-35.0, "quiet"), (-20.0, "of middling loudness"), (0.0, "loud"))


@dataclass(frozen=True, slots=True)
class SoundWords:
    """A sound in plain words.

    Attributes:
        text: For example "lasts 12 s and is loud, low, with a clear tone, with long pauses".
        silent: Whether nothing at all is to be heard.
    """

    text: str
    silent: bool


def sound_words(sound: Sound) -> SoundWords:
    """Measure a sound and word the result."""
    levels = _levels(sound.samples)
    sounding = levels[levels > SILENCE_DB]
    length = f"lasts {sound.duration_s:.0f} s" if sound.duration_s >= 1 else "lasts less than a second"
    if not len(sounding):
        return SoundWords(f"{length} and is silent", silent=True)
    power = np.mean(10 ** (sounding / 10))
    level = 10 * np.log10(power)
    loudness = next(word for top, word in _LOUDNESS if level <= top or top == 0.0)
    timbre = Timbre.of(sound.samples[: round(HEARD_S * SAMPLE_RATE)])
    pauses = ("with long pauses",) if len(sounding) < 0.6 * len(levels) else ()
    kind = ", ".join((loudness, *(timbre.words if timbre else ()), *pauses))
    return SoundWords(f"{length} and is {kind}", silent=False)


def _levels(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Level of each short window in decibels of full scale, shape (n_windows,)."""
    size = round(_WINDOW_S * SAMPLE_RATE)
    windows = np.pad(samples, (0, -len(samples) % size)).reshape(-1, size)
    power = np.einsum("ij,ij->i", windows, windows, dtype=np.float64) / size  # without a copy of each sample
    levels: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 1e-12))
    return levels
