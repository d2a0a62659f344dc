"""JPEG pictures that break off: what is there of them. Runs only inside the decoding process."""

from __future__ import annotations

import numpy as np
from PIL import Image

END = b"\xff\xd9"
LEAST_SHARE = 0.5  # of the rows that must be there
BREAKS_OFF = "breaks off before its end"
_SAME = 2  # levels by which filled rows differ at most


def without_filling(image: Image.Image) -> Image.Image:
    """The rows that came.

    Below what came, the decoder repeats the last block that it had, so that rows of a single colour are none of the
    picture's own, or none that would be missed.

    Raises:
        ValueError: more than half of them did not come.
    """
    pixels = np.asarray(image, dtype=np.int16)
    different = np.abs(pixels - pixels[-1, -1]).max(axis=(1, 2)) > _SAME
    height = int(np.flatnonzero(different)[-1]) + 1 if different.any() else 0
    if height < LEAST_SHARE * image.height:
        raise ValueError("more than half of it is missing")
    return image.crop((0, 0, image.width, height))
