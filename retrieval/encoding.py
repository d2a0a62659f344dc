"""What retrieval asks of a text encoder; the encoders themselves live in `agent/backends`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of one space."""

    @property
    def id(self) -> str:
        """Identity of model and settings; vectors of different ids are never compared."""

    @property
    def dim(self) -> int:
        """Length of one vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors.

        Returns:
            float32, shape (len(texts), dim), L2-normalised. No texts give shape (0, dim).
        """


def for_requests(encoder: Encoder) -> Encoder:
    """The encoder as it reads requests, where it reads them otherwise than passages: by its attribute `requests`."""
    requests: Encoder = getattr(encoder, "requests", encoder)
    return requests
