"""What a sound is like by its spectrum alone: statistics of mel bands and of cepstra."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from agent.media.decoded import SAMPLE_RATE

WINDOW, HOP = 512, 160  # samples: 32 ms, a hundred times a second
BANDS, CEPSTRA = 64, 20
LOWEST_HZ, HIGHEST_HZ = 50.0, 7_600.0
SOUNDING_DB = 45.0  # below the loudest frame; quieter ones are a room's noise or the file's end
FLOOR_DB = -60.0  # of full scale: a sound that never rises above it is silence
_RANGE_DB = 80.0

Frames = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Spectrogram:
    """A sound frame by frame.

    Attributes:
        power: float32, shape (n_frames, WINDOW // 2 + 1).
        levels: Level of each frame in decibels of full scale, shape (n_frames,).
    """

    power: Frames
    levels: Frames

    @classmethod
    def of(cls, samples: NDArray[np.float32]) -> Spectrogram:
        """Measure samples at `SAMPLE_RATE`; less than a window is filled up with silence."""
        padded = np.pad(samples, (0, max(0, WINDOW - len(samples))))
        frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
        power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW).astype(np.float32))) ** 2
        energy = np.einsum("ij,ij->i", frames, frames) / WINDOW
        levels = 10 * np.log10(np.maximum(energy, 1e-12))
        return cls(power.astype(np.float32), levels.astype(np.float32))

    @property
    def sounding(self) -> NDArray[np.bool_]:
        """Which frames hold sound, shape (n_frames,); none where all is silence."""
        loudest = float(self.levels.max())
        return np.asarray(self.levels > max(loudest - SOUNDING_DB, FLOOR_DB))

    def mel(self) -> Frames:
        """Decibels by mel band, shape (n_frames, BANDS), the loudest at 0: how loud it was recorded says nothing."""
        decibels = 10 * np.log10(np.maximum(self.power @ _mel_bands().T, 1e-10))
        return np.asarray(np.maximum(decibels - decibels.max(), -_RANGE_DB), dtype=np.float32)


def band_statistics(mel: Frames) -> Frames:
    """Mean, spread and spread of change of mel bands, and mean and spread of cepstra, shape (3 * 64 + 2 * 20,)."""
    change = np.diff(mel, axis=0) if len(mel) > 1 else np.zeros((1, BANDS), np.float32)
    cepstra = mel @ _cosines().T
    parts = (mel.mean(axis=0), mel.std(axis=0), change.std(axis=0), cepstra.mean(axis=0), cepstra.std(axis=0))
    return np.concatenate(parts).astype(np.float32)


@cache
def _mel_bands() -> Frames:
    """Triangular bands, evenly spaced in mel, shape (BANDS, n_bins)."""
    hertz = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
    low, high = (2_595 * np.log10(1 + edge / 700) for edge in (LOWEST_HZ, HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2_595) - 1)
    rising = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    bands = np.maximum(np.minimum(rising, falling), 0)
    # low bands may be narrower than a bin: each has at least the bin that is nearest to it
    nearest = np.abs(hertz - edges[1:-1, None]).argmin(axis=1)
    bands[np.arange(BANDS), nearest] = np.maximum(bands[np.arange(BANDS), nearest], 0.5)
    return bands.astype(np.float32)


@cache
def _cosines() -> Frames:
    """The cosine transform of bands into cepstra, without the one that is the level, shape (CEPSTRA, BANDS)."""
    order, place = np.arange(1, CEPSTRA + 1)[:, None], np.arange(BANDS) + 0.5
    return np.asarray(np.cos(np.pi * order * place / BANDS) / np.sqrt(BANDS / 2), dtype=np.float32)
