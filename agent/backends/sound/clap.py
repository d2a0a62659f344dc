"""CLAP: sounds and texts to vectors of one space, so that words find sounds and sounds find sounds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.backends.generation.batch_size import BatchSize
from agent.backends.loading import model_files
from agent.backends.loading.encoder_place import EncoderPlace, place_encoder
from agent.backends.text.texts import readable
from agent.backends.text.tower import TextTower
from agent.errors import ModelError
from agent.media.decoded import SAMPLE_RATE, Sound
from retrieval.encoding import Encoder, Vectors

BATCH = {"cpu": 4, "cuda": 32}  # pieces of sound
MOST_PIECES = 12  # of one sound, spread over it: two minutes tell what an hour sounds like


class ClapEncoder:
    """A CLAP model.

    Sounds are decoded at 16 kHz here, so what lies above 8 kHz, which CLAP was trained with, is not heard.

    Args:
        folder: The model's folder, with its processor.
        identity: What its vectors are known by.
        place: Where it computes; decided from its size when not given.

    Attributes:
        words: Texts to vectors of the space of its sounds.

    Raises:
        ModelError: the folder holds no such model.

    Source: Wu et al., Large-scale Contrastive Language-Audio Pretraining, ICASSP 2023.
    """

    def __init__(self, folder: Path, identity: str, place: EncoderPlace | None = None) -> None:
        model_files.check_folder(folder)
        self._place = place or place_encoder(identity, [folder])
        library = model_files.library()
        with model_files.opening(f"The sound encoder in {folder}"):
            config = library.AutoConfig.from_pretrained(folder, **model_files.SAFE)
            if config.model_type != "clap":
                raise ModelError(
                    f"{folder} holds a {config.model_type} model, which does not embed both sounds and texts.",
                    "Name a CLAP model.",
                )
            model = library.ClapModel.from_pretrained(
                folder, dtype=self._place.dtype, use_safetensors=True, **model_files.SAFE
            )
            self._ear = library.ClapFeatureExtractor.from_pretrained(folder, **model_files.SAFE)
            self._tokenizer = library.AutoTokenizer.from_pretrained(folder, **model_files.SAFE)
        self._model = model.to(self._place.device).eval()
        self.id = identity
        # Of RoBERTa's places two are taken by padding, and what has no place cannot be read.
        self._n_tokens = int(config.text_config.max_position_embeddings) - 2
        self._size = BatchSize(BATCH[self._place.device.partition(":")[0]])
        self._busy = threading.Lock()  # its tokenizer cannot be set for two batches at once
        self.dim = len(self._of_texts(["a"])[0])
        self.words: Encoder = TextTower(self.id, self.dim, self._of_texts)

    def encode(self, sounds: Sequence[Sound]) -> Vectors:
        """Embed sounds as unit vectors: the mean over pieces of as many seconds as the model hears at once.

        The model's own way with a long sound is a piece drawn at random, of which no vector would come out twice.

        Returns:
            float32, shape (len(sounds), dim), L2-normalised.
        """
        pieces = [(row, piece) for row, sound in enumerate(sounds) for piece in self._pieces(sound)]
        summed = np.zeros((len(sounds), self.dim), np.float32)
        heard = np.empty((len(pieces), self.dim), np.float32)

        def work(numbers: list[int]) -> None:
            heard[numbers] = self._of_pieces([pieces[number][1] for number in numbers])

        self._size.run(range(len(pieces)), work)
        np.add.at(summed, [row for row, _ in pieces], heard)
        return np.asarray(summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors of the space of sounds, shape (len(texts), dim)."""
        return self.words.encode(texts)

    def _pieces(self, sound: Sound) -> list[NDArray[np.float32]]:
        """The sound in pieces, at the model's own rate; the last, shorter one counts where it is half of one."""
        from scipy.signal import resample_poly

        rate = int(self._ear.sampling_rate)
        samples = resample_poly(sound.samples, rate, SAMPLE_RATE).astype(np.float32)
        length = int(self._ear.nb_max_samples)
        starts = range(0, max(1, len(samples) - length // 2), length)
        chosen = np.unique(np.linspace(0, len(starts) - 1, min(MOST_PIECES, len(starts))).round().astype(int))
        # Silence of a tenth of a second stands for nothing at all, of which no spectrum can be made.
        whole = samples if len(samples) else np.zeros(rate // 10, np.float32)
        return [whole[starts[at] : starts[at] + length] for at in chosen]

    def _of_pieces(self, pieces: Sequence[NDArray[np.float32]]) -> Vectors:
        import torch

        heard = self._ear(
            list(pieces), sampling_rate=int(self._ear.sampling_rate), truncation=self._ear.truncation,
            padding="repeatpad", return_tensors="pt",
        )  # fmt: skip
        # None is longer than a piece; left to itself, the extractor draws one and calls it so.
        longer = torch.zeros((len(pieces), 1), dtype=torch.bool)
        return self._unit(
            self._model.get_audio_features, {"input_features": heard["input_features"], "is_longer": longer}
        )

    def _of_texts(self, texts: Sequence[str]) -> Vectors:
        with self._busy:
            tokens = self._tokenizer(
                readable(texts), padding=True, truncation=True, max_length=self._n_tokens, return_tensors="pt"
            )
        return self._unit(
            self._model.get_text_features,
            {"input_ids": tokens["input_ids"], "attention_mask": tokens["attention_mask"]},
        )

    def _unit(self, features: Callable[..., Any], inputs: dict[str, Any]) -> Vectors:
        import torch
        from torch.nn import functional

        with torch.inference_mode():
            moved = {name: self._moved(tensor) for name, tensor in inputs.items()}
            vectors: Vectors = functional.normalize(features(**moved).pooler_output.float(), dim=-1).cpu().numpy()
        return vectors

    def _moved(self, tensor: Any) -> Any:
        return tensor.to(self._place.device, self._place.dtype if tensor.is_floating_point() else None)


__all__ = ["ClapEncoder"]
