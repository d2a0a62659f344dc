"""all-MiniLM-L6-v2: English text to vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from agent.backends.generation.batch_size import BatchSize
from agent.backends.text.texts import readable
from retrieval.encoding import Vectors

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding

    from agent.weights.weights import DownloadProgress

MAX_TOKENS = 256  # what the model was published for; more is cut off
BATCH_TOKENS = {"cpu": 1024, "cuda": 65536}  # fastest of the powers of two tried


class MiniLM:
    """all-MiniLM-L6-v2, or another BERT with mean pooling, on this machine's fastest precision.

    Args:
        folder: The model's folder, for example that of the archive `minilm-l6`.
        dtype: Number format it computes in; measured by default. Vectors of all formats may be compared
            (cosine to float32 is at least 0.999), so it is no part of the id.
    """

    id = "all-MiniLM-L6-v2"

    def __init__(self, folder: Path, *, dtype: torch.dtype | None = None) -> None:
        from tokenizers import Tokenizer

        from agent.backends.loading.dtype import compute_dtype, device
        from agent.backends.text.bert import Bert

        self._device = device()
        self._bert = Bert(folder, dtype=dtype or compute_dtype(), device=self._device)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._batch_tokens = BATCH_TOKENS[self._device]

    @classmethod
    def from_archive(cls, progress: DownloadProgress | None = None) -> MiniLM:
        """The encoder with the pinned weights, fetched if they are not there."""
        from agent.weights.weights import ensure

        return cls(ensure("minilm-l6", progress=progress))

    @property
    def dim(self) -> int:
        """Length of one vector."""
        return self._bert.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors: mean over the tokens' vectors, normalised.

        Returns:
            float32, shape (len(texts), dim), L2-normalised.

        Raises:
            ModelError: memory runs out with a single text.

        Source: Reimers and Gurevych 2019, Sentence-BERT, section 3 (mean pooling).
        """
        import torch

        vectors = np.empty((len(texts), self.dim), np.float32)
        tokens = self._tokenizer.encode_batch_fast(readable(texts))

        def embed(rows: list[int]) -> None:
            vectors[rows] = self._pool([tokens[row] for row in rows])

        lengths = [len(encoding) for encoding in tokens]
        with torch.inference_mode():
            for rows in batches(lengths, self._batch_tokens):
                size = BatchSize(len(rows), "read one text", "Free memory, or close other programs.")
                size.run(rows, embed)
                if size.rows < len(rows):  # what did not fit once is not tried again
                    self._batch_tokens = size.rows * max(lengths[row] for row in rows)
        return vectors

    def _pool(self, tokens: Sequence[Encoding]) -> Vectors:
        import torch
        from torch.nn import functional
        from torch.nn.utils.rnn import pad_sequence

        ids = pad_sequence([torch.tensor(encoding.ids) for encoding in tokens], batch_first=True).to(self._device)
        lengths = torch.tensor([len(encoding) for encoding in tokens], device=self._device)
        mask = torch.arange(ids.shape[1], device=self._device) < lengths[:, None]
        hidden = self._bert(ids, mask).float()
        summed = (hidden * mask[:, :, None]).sum(dim=1)
        vectors: Vectors = functional.normalize(summed, dim=1).cpu().numpy()
        return vectors


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Rows in batches of like length, each of at most `most` tokens with its padding, or of one row."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > most:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


__all__ = ["MiniLM"]
