"""Models of sentence-transformers that put pictures and texts into one space."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agent.backends.loading.encoder_place import EncoderPlace
from agent.backends.protocols import PictureFeatures
from agent.backends.text.sentence_model import SentenceModel
from agent.errors import ModelError
from agent.media.decoded import Picture


class OneSpace:
    """A model of sentence-transformers that reads pictures as it reads texts, and knows no classes.

    Args:
        folder: The model's folder, with `modules.json`.
        identity: What its vectors are known by.
        place: Where it computes; decided from its size when not given.

    Attributes:
        words: Texts to vectors of the space of its pictures.

    Raises:
        ModelError: the folder holds no such model.
    """

    class_names: Sequence[str] = ()

    def __init__(self, folder: Path, identity: str, place: EncoderPlace | None = None) -> None:
        from PIL import Image

        self._model = SentenceModel(folder, identity, place)
        self.id, self.dim, self.words = identity, self._model.dim, self._model.requests
        try:
            self._model.encode_pictures([Image.new("RGB", (32, 32))])
        except (
            TypeError,
            ValueError,
            KeyError,
            AttributeError,
        ) as error:  # each module refuses pictures in its own way
            raise ModelError(
                f"{folder} holds a model that does not read pictures.",
                "Name a CLIP, SigLIP or SigLIP 2 model, or one of sentence-transformers that embeds pictures.",
            ) from error

    def encode(self, pictures: Sequence[Picture]) -> PictureFeatures:
        """Embed pictures.

        Returns:
            Vectors of shape (len(pictures), dim), and no logits.
        """
        from PIL import Image

        return PictureFeatures(self._model.encode_pictures([Image.fromarray(one.rgb) for one in pictures]), None)


__all__ = ["OneSpace"]
