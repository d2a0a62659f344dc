"""Steady noise taken out of a recording: a candidate that the recogniser does without.

With noise 5 dB below the speech Whisper base misheard 0.37 of the words of 31 clips without it and 0.32 with it where
the noise is white, and 28 against 29 of 88 words where it is white or pink in turn: nothing that is told from chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_WINDOW, _HOP = 512, 128  # samples: 32 ms, overlapping four times
QUIET_SHARE = 0.2  # of the frames, in each of which a frequency is taken to hold noise alone
LEAST_GAIN = 0.25  # what is left of noise: taking out all of it leaves holes, which are misheard more than noise is
SMOOTH = 0.9  # of the estimate of the frame before; less of it makes noise twitter
OVER = 4.0  # noise on average is so many times what the quietest fifth of its frames do not exceed


def quietened(samples: NDArray[np.float32], *, least: float = LEAST_GAIN) -> NDArray[np.float32]:
    """The recording with steady noise made quieter; as long as it was.

    Each frequency is weakened by as much as the noise in it makes out, which its quietest moments tell.

    Source: Ephraim and Malah, Speech Enhancement Using a Minimum Mean-Square Error Short-Time Spectral Amplitude
    Estimator, IEEE ASSP 32(6), 1984, equation 51 (decision-directed), with the Wiener gain.
    """
    if len(samples) < 4 * _WINDOW:
        return samples
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    padded = np.pad(samples, (_WINDOW, _WINDOW + -len(samples) % _HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    spectrum = np.fft.rfft(frames * window).astype(np.complex64)
    power = np.abs(spectrum) ** 2
    noise = OVER * np.quantile(power, QUIET_SHARE, axis=0) + 1e-12
    ratios = np.maximum(power / noise - 1, 0)
    gain, before = np.empty_like(power), ratios[0]
    for at, ratio in enumerate(ratios):
        prior = SMOOTH * before + (1 - SMOOTH) * ratio
        gain[at] = np.maximum(prior / (1 + prior), least)
        before = gain[at] ** 2 * power[at] / noise
    cleaned = np.fft.irfft(spectrum * gain, _WINDOW) * window
    return _overlapped(cleaned, len(padded))[_WINDOW : _WINDOW + len(samples)].astype(np.float32)


def _overlapped(frames: NDArray[np.floating], length: int) -> NDArray[np.floating]:
    """Frames added where they overlap, as loud as they were before they were windowed twice."""
    out = np.zeros(length)
    for at, frame in enumerate(frames):
        out[at * _HOP : at * _HOP + _WINDOW] += frame
    # squares of Hann windows that overlap four times add up to one and a half
    return out / 1.5
