"""Any model of sentence-transformers: texts to vectors, with the prompts that it declares for requests and passages."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.backends.generation.batch_size import BatchSize
from agent.backends.loading import model_files
from agent.backends.loading.encoder_place import EncoderPlace, place_encoder
from agent.backends.text.texts import readable
from agent.errors import ModelError
from retrieval.encoding import Encoder, Vectors

if TYPE_CHECKING:
    from PIL.Image import Image

PACKAGE = "sentence_transformers"
MODULES = "modules.json"
BATCH = 32  # texts; a request has to wait for no more of them while an ingest embeds many


class SentenceModel:
    """A model that sentence-transformers opens.

    Args:
        folder: The model's folder, with `modules.json`.
        identity: What its vectors are known by.
        place: Where it computes; decided from its size when not given.

    Attributes:
        requests: The same model for requests, which some are told by a prompt or read by other layers.

    Raises:
        ModelError: the folder holds no such model, or one whose opening would run code of its own.
    """

    def __init__(self, folder: Path, identity: str, place: EncoderPlace | None = None) -> None:
        if find_spec(PACKAGE) is None:
            raise ModelError(
                f"{identity} is a model of sentence-transformers, which is not installed.",
                "Run: pip install 'tastemaker[sentences]'",
            )
        place = place or place_encoder(identity, module_folders(folder))
        with model_files.opening(f"The text encoder in {folder}"):
            self._model: Any = import_module(PACKAGE).SentenceTransformer(
                str(folder),
                device=place.device,
                model_kwargs={"dtype": place.dtype, "use_safetensors": True},
                **model_files.SAFE,
            )
        self.id = identity
        self._size = BatchSize(BATCH)
        self._busy = threading.Lock()  # its tokenizer cannot be set for two batches at once
        self.dim = len(self._vectors(["a"], self._model.encode_document)[0])
        self.requests: Encoder = _Requests(self)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed passages as unit vectors.

        Returns:
            float32, shape (len(texts), dim), L2-normalised.
        """
        return self._of_texts(texts, self._model.encode_document)

    def encode_requests(self, texts: Sequence[str]) -> Vectors:
        """Embed requests as unit vectors of the same space, shape (len(texts), dim)."""
        return self._of_texts(texts, self._model.encode_query)

    def encode_pictures(self, pictures: Sequence[Image]) -> Vectors:
        """Embed pictures as unit vectors of the same space, shape (len(pictures), dim), where the model reads any."""
        return self._encoded(pictures, range(len(pictures)), self._model.encode_document)

    def _of_texts(self, texts: Sequence[str], encode: Callable[..., Any]) -> Vectors:
        cleaned = readable(texts)
        # Those of like length beside each other, so that little is computed for padding.
        return self._encoded(cleaned, sorted(range(len(cleaned)), key=lambda row: -len(cleaned[row])), encode)

    def _encoded(self, inputs: Sequence[Any], order: Sequence[int], encode: Callable[..., Any]) -> Vectors:
        vectors = np.empty((len(inputs), self.dim), np.float32)

        def work(rows: list[int]) -> None:
            vectors[rows] = self._vectors([inputs[row] for row in rows], encode)

        self._size.run(order, work)
        return vectors

    def _vectors(self, inputs: list[Any], encode: Callable[..., Any]) -> Vectors:
        with self._busy:
            encoded = np.asarray(encode(inputs, batch_size=len(inputs), show_progress_bar=False), dtype=np.float32)
        # Brought to length one here: what a model norms in 16 bits is off by parts in a thousand.
        lengths = np.linalg.norm(encoded, axis=1, keepdims=True)
        return np.asarray(encoded / np.maximum(lengths, 1e-12), dtype=np.float32)


class _Requests:
    """A sentence model as an encoder of requests."""

    def __init__(self, model: SentenceModel) -> None:
        self._model = model
        self.id, self.dim = model.id, model.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed requests as unit vectors, shape (len(texts), dim)."""
        return self._model.encode_requests(texts)


def is_sentence_model(folder: Path) -> bool:
    """Whether a folder is one that sentence-transformers saved a model to."""
    return (folder / MODULES).is_file()


def module_folders(folder: Path) -> list[Path]:
    """The folders of a model's modules, its own among them where a module lies in it.

    Raises:
        ModelError: it is no model of sentence-transformers.
    """
    if not folder.is_dir():
        raise ModelError(f"There is no model folder {folder}.", "Give the path of an existing model folder.")
    try:
        modules = json.loads((folder / MODULES).read_text(encoding="utf-8"))
        paths = [folder / module["path"] for module in modules]
    except OSError as error:
        raise ModelError(
            f"{folder} is no model of sentence-transformers: it has no {MODULES}.",
            "Give the folder that a SentenceTransformer was saved to.",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{folder / MODULES} cannot be read: {model_files.first_line(error)}.", "Fetch the model again."
        ) from error
    inside = folder.resolve()
    if any(not path.resolve().is_relative_to(inside) for path in paths):
        raise ModelError(f"{folder / MODULES} names a folder outside of it.", "Use another copy of the model.")
    return [path for path in dict.fromkeys(paths) if path.is_dir()]  # git and the hub keep no empty folder


__all__ = ["SentenceModel", "is_sentence_model", "module_folders"]
