"""What kind of sound a sound is, as far as that is sure: its pitch, whether it is a tone or noise, whether it beats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.media.acoustics import HOP, Spectrogram
from agent.media.decoded import SAMPLE_RATE

_FRAME, _STEP = 1_024, 512  # samples; two periods of the lowest pitch
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 1_000.0  # of pitch; higher ones come back as fractions of themselves
_SLOWEST, _FASTEST = 50.0, 200.0  # beats a minute
# Chosen on 388 recordings of animals, instruments, voices, weather and steps, so that what is said is true of each.
CLEAR, PITCHLESS = 0.93, 0.25  # likeness of a wave to itself one period later, in the middle of a sound
CLEAR_S = 0.4  # a shorter knock has no tone that anybody would name
HEIGHTS = ((150.0, "low"), (350.0, "rather low"), (1_500.0, ""), (2_400.0, "rather high"), (np.inf, "high"))  # in Hz
BURST_DB, GAP_S, MOST_BURSTS = 25.0, 0.15, 12  # below the loudest; silence between two; more are no longer counted
BEAT, BEATING_S = 0.6, 4.0  # likeness of the rises of a sound to themselves one beat later; shorter sounds have none
STILL_DB = 0.05  # spread of the rises of a sound that stays as it is
MUSIC, MUSIC_S = 0.45, 8.0  # the same where it goes on so long that hardly anything but music does


@dataclass(frozen=True, slots=True)
class Timbre:
    """What was measured of a sound's kind.

    Attributes:
        pitched: How like the wave is to itself one period later, in [0, 1].
        middle_hz: Where the middle of its power lies.
        beat: How regularly it rises, in [0, 1]; 0 where it is too short to tell.
        tempo: Beats a minute, where it beats.
        duration_s: How long it is.
        bursts: How often it sounds anew after a gap.
    """

    pitched: float
    middle_hz: float
    beat: float
    tempo: float
    duration_s: float
    bursts: int = 1

    @classmethod
    def of(cls, samples: NDArray[np.float32]) -> Timbre | None:
        """Measure a sound at `SAMPLE_RATE`; None where it is silent."""
        spectrogram = Spectrogram.of(samples)
        sounding = spectrogram.sounding
        if not sounding.any():
            return None
        power = spectrogram.power[sounding].sum(axis=0)
        hertz = np.linspace(0, SAMPLE_RATE / 2, len(power))
        middle = float(hertz[np.searchsorted(np.cumsum(power), power.sum() / 2)])
        beat, tempo = _beat(spectrogram)
        return cls(_pitched(samples), middle, beat, tempo, len(samples) / SAMPLE_RATE, _bursts(spectrogram))

    @property
    def words(self) -> tuple[str, ...]:
        """What can be said of it; nothing where nothing is sure."""
        height = next(word for top, word in HEIGHTS if self.middle_hz <= top)
        said = [height] if height else []
        if self.pitched >= CLEAR and self.duration_s >= CLEAR_S:
            said.append("with a clear tone")
        elif self.pitched <= PITCHLESS:
            said.append("noisy")
        if self.beat >= BEAT:
            said.append(f"in a steady rhythm (about {5 * round(self.tempo / 5)} a minute)")
        elif 1 < self.bursts <= MOST_BURSTS:
            said.append(f"in {self.bursts} bursts")
        if self.beat >= MUSIC and self.duration_s >= MUSIC_S:
            said.append("perhaps music")
        return tuple(said)


def _pitched(samples: NDArray[np.float32]) -> float:
    """The median, over its loud frames, of the best likeness of the wave to itself some period later."""
    padded = np.pad(samples, (0, max(0, _FRAME - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_STEP].astype(np.float64)
    frames = frames - frames.mean(axis=1, keepdims=True)
    energy = np.einsum("ij,ij->i", frames, frames)
    frames = frames[energy > 0.05 * energy.max()]
    spectrum = np.fft.rfft(frames, 2 * _FRAME)
    repeats = np.fft.irfft(np.abs(spectrum) ** 2)[:, :_FRAME]
    lags = np.arange(round(SAMPLE_RATE / _HIGHEST_HZ), round(SAMPLE_RATE / _LOWEST_HZ))
    # Fewer samples overlap at longer lags: what the two stretches could give at most, not what the whole frame has.
    squares = np.cumsum(frames**2, axis=1)
    before, behind = squares[:, _FRAME - 1 - lags], squares[:, -1:] - squares[:, lags - 1]
    likeness = repeats[:, lags] / np.maximum(np.sqrt(before * behind), 1e-12)
    return float(np.median(likeness.max(axis=1)).clip(0, 1))


def _bursts(spectrogram: Spectrogram) -> int:
    """How often a sound begins, or begins anew after a gap."""
    loud = np.flatnonzero(spectrogram.levels > spectrogram.levels.max() - BURST_DB)
    return 1 + int((np.diff(loud) > GAP_S * SAMPLE_RATE / HOP).sum())


def _beat(spectrogram: Spectrogram) -> tuple[float, float]:
    """How regularly a sound rises, and how often a minute."""
    per_s = SAMPLE_RATE / HOP
    if len(spectrogram.levels) < BEATING_S * per_s:
        return 0.0, 0.0
    rises = np.maximum(np.diff(spectrogram.mel(), axis=0), 0).mean(axis=1)
    rises = np.convolve(rises - rises.mean(), np.hanning(7) / np.hanning(7).sum(), "same")
    if rises.std() < STILL_DB:
        return 0.0, 0.0
    repeats = np.fft.irfft(np.abs(np.fft.rfft(rises, 2 * len(rises))) ** 2)[: len(rises)]
    lags = np.arange(round(60 * per_s / _FASTEST), min(round(60 * per_s / _SLOWEST), len(rises) // 2))
    likeness = repeats[lags] / max(repeats[0], 1e-12) * len(rises) / (len(rises) - lags)
    best = int(likeness.argmax())
    return float(likeness[best].clip(0, 1)), float(60 * per_s / lags[best])
