"""The part of a model of pictures or sounds that reads words, as an encoder of texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from retrieval.encoding import Vectors

AT_ONCE = 32


class TextTower:
    """Texts to vectors of a space that holds other things too.

    Args:
        identity: Of the whole model.
        dim: Length of one vector.
        encode: Makes unit vectors of at most `AT_ONCE` texts.
    """

    def __init__(self, identity: str, dim: int, encode: Callable[[Sequence[str]], Vectors]) -> None:
        self.id, self.dim = identity, dim
        self._encode = encode

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors, shape (len(texts), dim)."""
        parts = [self._encode(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty((0, self.dim), np.float32)


__all__ = ["TextTower"]
