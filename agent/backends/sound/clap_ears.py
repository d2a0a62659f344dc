"""What sounds are like, by a CLAP model that a person named."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agent.backends.sound.clap import ClapEncoder
from agent.media.decoded import Sound
from agent.media.loudness import sound_words
from retrieval.channels.hearing import SoundPart


class ClapEars:
    """Measures sounds by their vectors in the space that CLAP shares with words.

    Args:
        clap: The model.
    """

    def __init__(self, clap: ClapEncoder) -> None:
        self._clap = clap
        self.id = clap.id

    @property
    def parts(self) -> tuple[SoundPart, ...]:
        """The vector, compared as a whole."""
        return (SoundPart(self._clap.dim, 1.0),)

    def encode(self, sound: Sound) -> NDArray[np.float32] | None:
        """What a sound is like; None where it is never louder than silence.

        Returns:
            float32, shape (dim,), L2-normalised.
        """
        if not len(sound.samples) or sound_words(sound).silent:
            return None
        measured: NDArray[np.float32] = self._clap.encode([sound])[0]
        return measured


__all__ = ["ClapEars"]
