"""Eyes, ears and a memory for perception that need no weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.backends.protocols import PictureFeatures
from agent.errors import MediaError
from agent.media.acoustics import BANDS, CEPSTRA, Spectrogram, band_statistics
from agent.media.decoded import Picture, Sound, Transcript, Utterance
from retrieval.channels.hearing import SoundPart
from retrieval.items import Description


class MeanColours:
    """A picture encoder whose vector is the mean colour."""

    id = "mean-colours"
    dim = 3
    class_names: Sequence[str] = ()

    def encode(self, pictures: Sequence[Picture]) -> PictureFeatures:
        means = np.stack([picture.rgb.reshape(-1, 3).mean(axis=0) for picture in pictures]).astype(np.float32)
        return PictureFeatures(means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6), None)


class German:
    """A recogniser that hears the same German words in anything loud, and nothing in anything else."""

    origin = "scripted-speech"
    version = "1"

    def transcribe(self, sound: Sound, *, vocabulary: Sequence[str] = ()) -> Transcript:
        if np.abs(sound.samples).max() < 0.2:
            raise MediaError("The sound holds no speech that can be understood.", "Speak up.")
        words = Utterance("Ein Bild mit Booten", 0.5, 2.0)
        return Transcript(words.text, "de", "A picture with boats", (words,), 0.9)


class Deaf:
    """A recogniser that finds speech nowhere."""

    origin = "scripted-speech"
    version = "1"

    def transcribe(self, sound: Sound, *, vocabulary: Sequence[str] = ()) -> Transcript:
        raise MediaError("The sound holds no speech that can be understood.", "Speak up.")


class SpectrumEars:
    """An encoder of sounds that goes by their spectrum alone."""

    id = "spectrum"
    parts = (SoundPart(3 * BANDS, 0.5), SoundPart(2 * CEPSTRA, 0.5))

    def __init__(self) -> None:
        self.heard: list[str] = []

    def encode(self, sound: Sound) -> np.ndarray | None:
        spectrogram = Spectrogram.of(sound.samples)
        sounding = spectrogram.sounding
        if not sounding.any():
            return None
        self.heard.append(sound.sha256)
        return band_statistics(spectrogram.mel()[sounding])


class Remembered(dict[tuple[str, str, str], Description]):
    """A description cache in memory."""

    def get(self, media: str, origin: str, version: str) -> Description | None:  # type: ignore[override]
        return super().get((media, origin, version))

    def put(self, description: Description) -> None:
        self[description.media, description.origin, description.version] = description
