"""EfficientNet-Lite2: pictures to vectors and ImageNet classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agent.backends.generation.batch_size import BatchSize
from agent.backends.protocols import PictureFeatures

if TYPE_CHECKING:
    import torch

    from agent.media.decoded import Picture
    from agent.weights.weights import DownloadProgress

BATCH = {"cpu": 8, "cuda": 128}  # fastest of the powers of two tried
WEIGHTS = "network.safetensors"
FORMS = ((300, 226), (226, 300), (346, 196), (196, 346))
"""Heights and widths of long pictures, with as many pixels as the square: few, since each is made ready for anew."""


class EfficientNetLite2:
    """EfficientNet-Lite2 on this machine's fastest precision.

    Args:
        weights: The file that `efficientnet_network.convert` wrote.
        class_names: Plain English name of each of its classes.
        dtype: Number format it computes in; measured by default.
    """

    id = "efficientnet-lite2 of whole pictures"
    dim = 1280

    def __init__(self, weights: Path, class_names: Sequence[str], *, dtype: torch.dtype | None = None) -> None:
        import torch
        from torch.nn.utils import convert_conv2d_weight_memory_format

        from agent.backends.loading.dtype import compute_dtype, device
        from agent.backends.pictures.efficientnet_network import load

        self.class_names = tuple(class_names)
        self._device, self._dtype = device(), dtype or compute_dtype()
        self._network = load(weights).to(self._device, self._dtype)
        # Channels last is what the convolutions want: two to three times faster on a CPU.
        convert_conv2d_weight_memory_format(self._network, torch.channels_last)
        self._size = BatchSize(BATCH[self._device], "looked at one picture", "Free memory, or close other programs.")

    @classmethod
    def from_archives(cls, progress: DownloadProgress | None = None) -> EfficientNetLite2:
        """The encoder with the pinned weights, fetched if they are not there, and the classes' names."""
        from agent.backends.pictures.imagenet import class_names
        from agent.weights.weights import derived, ensure

        ensure("efficientnet-lite2", progress=progress)
        names = class_names(ensure("imagenet-names", progress=progress))
        return cls(derived("efficientnet-lite2", "folded-1", _convert) / WEIGHTS, names)

    def encode(self, pictures: Sequence[Picture]) -> PictureFeatures:
        """Embed pictures.

        Returns:
            Vectors of shape (len(pictures), 1280) and logits of shape (len(pictures), 1000).

        Raises:
            ModelError: memory runs out with a single picture.
        """
        # Classes are those of the middle square, on which the network was trained; what is at the ends of a long
        # picture counts for its likeness to others, so the vector of such a one is of all of it.
        vectors, logits = self._seen([square(picture.rgb) for picture in pictures])
        for form in FORMS:
            rows = [row for row, picture in enumerate(pictures) if form_of(picture.rgb) == form]
            if rows:
                vectors[rows], _ = self._seen([whole(pictures[row].rgb, form) for row in rows])
        return PictureFeatures(vectors, logits)

    def _seen(self, pixels: Sequence[NDArray[np.uint8]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Vectors and logits of arrays of one form."""
        import torch

        vectors = np.empty((len(pixels), self.dim), np.float32)
        logits = np.empty((len(pixels), len(self.class_names)), np.float32)

        def look(rows: list[int]) -> None:
            vectors[rows], logits[rows] = self._run(np.stack([pixels[row] for row in rows]))

        with torch.inference_mode():
            self._size.run(range(len(pixels)), look)
        return vectors, logits

    def _run(self, rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        import torch
        from torch.nn import functional

        pixels = torch.from_numpy(rgb).to(self._device)
        scaled = ((pixels.float() - 127) / 128).to(self._dtype).permute(0, 3, 1, 2)
        features, logits = self._network(scaled)
        return functional.normalize(features.float(), dim=1).cpu().numpy(), logits.float().cpu().numpy()


def form_of(rgb: NDArray[np.uint8]) -> tuple[int, int] | None:
    """In which height and width all of a long picture is looked at; None for one that is about square."""
    height, width = rgb.shape[:2]
    return min((None, *FORMS), key=lambda form: abs(math.log(width / height / (form[1] / form[0] if form else 1))))


def whole(rgb: NDArray[np.uint8], form: tuple[int, int]) -> NDArray[np.uint8]:
    """All of a picture in this height and width, shape (height, width, 3)."""
    from PIL import Image

    height, width = form
    return np.asarray(Image.fromarray(rgb).resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0))


def square(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest centred square of a picture, resized to the network's input, shape (260, 260, 3)."""
    from PIL import Image

    from agent.backends.pictures.efficientnet_network import SIDE

    height, width = rgb.shape[:2]
    edge = min(height, width)
    left, top = (width - edge) / 2, (height - edge) / 2
    resized = Image.fromarray(rgb).resize(
        (SIDE, SIDE), Image.Resampling.BICUBIC, box=(left, top, left + edge, top + edge), reducing_gap=2.0
    )
    return np.asarray(resized)


def _convert(source: Path, target: Path) -> None:
    from agent.backends.pictures.efficientnet_network import convert

    (published,) = source.glob("*.pth")
    convert(published, target / WEIGHTS)


__all__ = ["EfficientNetLite2"]
