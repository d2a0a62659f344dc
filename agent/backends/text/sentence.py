"""Any sentence-transformers model: text to vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.backends.text.texts import readable
from agent.errors import ModelError
from retrieval.encoding import Vectors


class SentenceEncoder:
    """A sentence-transformers model from a folder or, where a model hub can be reached, by its name.

    Args:
        model: Folder, or name on the hub.

    Raises:
        ModelError: it cannot be loaded.
    """

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelError(
                "The package sentence-transformers, which reads this kind of model, is not installed.",
                "Run: pip install sentence-transformers",
            ) from error
        from agent.backends.loading.dtype import compute_dtype, device

        try:
            self._model = SentenceTransformer(model, device=device(), model_kwargs={"dtype": compute_dtype()})
        except (OSError, ValueError) as error:
            raise ModelError(
                f"{model} cannot be loaded as a sentence-transformers model: {error}.",
                "Name a folder that holds one, or a model of a hub that can be reached.",
            ) from error
        self.id = Path(model).name if Path(model).is_dir() else model
        self.dim: int = self._model.get_embedding_dimension() or len(self._model.encode(""))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors.

        Returns:
            float32, shape (len(texts), dim), L2-normalised.
        """
        from torch.nn import functional

        if not texts:
            return np.empty((0, self.dim), np.float32)
        vectors = self._model.encode(
            readable(texts), convert_to_tensor=True, normalize_embeddings=False, show_progress_bar=False
        )
        found: Vectors = functional.normalize(vectors.float(), dim=1).cpu().numpy()
        return found


__all__ = ["SentenceEncoder"]
