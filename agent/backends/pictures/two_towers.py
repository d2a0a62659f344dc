"""CLIP, SigLIP and SigLIP 2: a tower for pictures and one for texts, which lead into the same space."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from agent.backends.generation.batch_size import BatchSize
from agent.backends.loading import model_files
from agent.backends.loading.encoder_place import EncoderPlace, place_encoder
from agent.backends.protocols import PictureEncoder, PictureFeatures
from agent.backends.text.texts import readable
from agent.backends.text.tower import TextTower
from agent.errors import ModelError
from agent.media.decoded import Picture
from retrieval.encoding import Encoder, Vectors

FAMILIES = {"clip": "CLIPModel", "siglip": "SiglipModel", "siglip2": "Siglip2Model"}
BATCH = {"cpu": 8, "cuda": 64}  # pictures


class Towers(PictureEncoder, Protocol):
    """An encoder of pictures and of words about them."""

    @property
    def words(self) -> Encoder:
        """Texts to vectors of the space of its pictures."""


class TwoTowers:
    """A model with a tower for pictures and one for texts.

    It knows no classes: words are compared with pictures as they are.

    Args:
        folder: The model's folder, with its processor.
        identity: What its vectors are known by.
        place: Where it computes; decided from its size when not given.

    Attributes:
        words: Texts to vectors of the space of its pictures.

    Raises:
        ModelError: the folder holds no such model.

    Source: Radford et al., Learning Transferable Visual Models From Natural Language Supervision, ICML 2021; Zhai et
    al., Sigmoid Loss for Language Image Pre-Training, ICCV 2023.
    """

    class_names: Sequence[str] = ()

    def __init__(self, folder: Path, identity: str, place: EncoderPlace | None = None) -> None:
        model_files.check_folder(folder)
        self._place = place or place_encoder(identity, [folder])
        library = model_files.library()
        with model_files.opening(f"The picture encoder in {folder}"):
            config = library.AutoConfig.from_pretrained(folder, **model_files.SAFE)
            self._family = str(config.model_type)
            if self._family not in FAMILIES:
                raise ModelError(
                    f"{folder} holds a {self._family} model, which does not embed both pictures and texts.",
                    "Name a CLIP, SigLIP or SigLIP 2 model.",
                )
            self._model = (
                getattr(library, FAMILIES[self._family])
                .from_pretrained(folder, dtype=self._place.dtype, use_safetensors=True, **model_files.SAFE)
                .to(self._place.device)
                .eval()
            )
            self._eye = library.AutoImageProcessor.from_pretrained(folder, **model_files.SAFE)
            self._tokenizer = library.AutoTokenizer.from_pretrained(folder, **model_files.SAFE)
        self.id = identity
        self._n_tokens = int(config.text_config.max_position_embeddings)
        self._size = BatchSize(BATCH[self._place.device.partition(":")[0]])
        self._busy = threading.Lock()  # its tokenizer cannot be set for two batches at once
        self.dim = len(self._of_texts(["a"])[0])
        self.words: Encoder = TextTower(self.id, self.dim, self._of_texts)

    def encode(self, pictures: Sequence[Picture]) -> PictureFeatures:
        """Embed pictures.

        Returns:
            Vectors of shape (len(pictures), dim), and no logits.
        """
        vectors = np.empty((len(pictures), self.dim), np.float32)

        def work(rows: list[int]) -> None:
            vectors[rows] = self._of_pictures([pictures[row] for row in rows])

        self._size.run(range(len(pictures)), work)
        return PictureFeatures(vectors, None)

    def _of_pictures(self, pictures: Sequence[Picture]) -> Vectors:
        from PIL import Image

        seen = self._eye(images=[Image.fromarray(picture.rgb) for picture in pictures], return_tensors="pt")
        return self._unit(self._model.get_image_features, dict(seen))

    def _of_texts(self, texts: Sequence[str]) -> Vectors:
        with self._busy:
            # SigLIP was trained on texts padded to the full length, and told nothing of the padding.
            padded = self._family != "clip"
            tokens = self._tokenizer(
                readable([text.lower() for text in texts] if padded else texts),
                padding="max_length" if padded else True,
                truncation=True,
                max_length=self._n_tokens,
                return_tensors="pt",
            )
        names = ("input_ids",) if padded else ("input_ids", "attention_mask")
        return self._unit(self._model.get_text_features, {name: tokens[name] for name in names})

    def _unit(self, features: Callable[..., Any], inputs: dict[str, Any]) -> Vectors:
        import torch
        from torch.nn import functional

        with torch.inference_mode():
            moved = {name: self._moved(tensor) for name, tensor in inputs.items()}
            pooled = features(**moved).pooler_output
            vectors: Vectors = functional.normalize(pooled.float(), dim=-1).cpu().numpy()
        return vectors

    def _moved(self, tensor: Any) -> Any:
        return tensor.to(self._place.device, self._place.dtype if tensor.is_floating_point() else None)


class LabelledTowers:
    """Towers for vectors, and an encoder that knows classes beside them, by which pictures are described.

    Args:
        towers: Give the vectors.
        labels: Gives the class scores.
    """

    def __init__(self, towers: Towers, labels: PictureEncoder) -> None:
        self._towers, self._labels = towers, labels
        self.id, self.dim, self.words = towers.id, towers.dim, towers.words
        self.class_names = labels.class_names

    def encode(self, pictures: Sequence[Picture]) -> PictureFeatures:
        """Embed pictures: vectors of the towers, shape (len(pictures), dim), and class scores of the other."""
        return PictureFeatures(self._towers.encode(pictures).vectors, self._labels.encode(pictures).logits)


__all__ = ["FAMILIES", "LabelledTowers", "Towers", "TwoTowers"]
