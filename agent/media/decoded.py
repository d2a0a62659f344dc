"""Decoded media: plain arrays that are safe to hand to a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000  # Hz, what the recogniser wants


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture.

    Attributes:
        sha256: Hex digest of the file it came from (for a key frame: of the frame's pixels).
        rgb: uint8, shape (height, width, 3), longest side at most 1,024 pixels, upright.
        width: Pixels of the original file.
        height: Pixels of the original file.
        start_s: Second of the video it was taken from, if any.
        flaw: What is wrong with it though it can be used, as the end of a sentence; empty when nothing is.
    """

    sha256: str
    rgb: NDArray[np.uint8]
    width: int
    height: int
    start_s: float | None = None
    flaw: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Decoded sound.

    Attributes:
        sha256: Hex digest of the file it came from.
        samples: float32 in [-1, 1], mono, `SAMPLE_RATE` Hz.
    """

    sha256: str
    samples: NDArray[np.float32]

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A decoded video: its key frames and its sound track, if it has one."""

    sha256: str
    frames: tuple[Picture, ...]
    sound: Sound | None
    duration_s: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of speech, from `start_s` to `end_s`."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """Speech as text.

    Attributes:
        text: In the language spoken.
        language: ISO 639-1 code.
        english: The same in English (the text itself when that is English).
        utterances: Parts of `text` with their times.
        confidence: Mean probability of the recogniser, in [0, 1].
    """

    text: str
    language: str
    english: str
    utterances: tuple[Utterance, ...]
    confidence: float
