"""Small copies of pictures."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from agent.media.decoded import Picture
from agent.media.thumbnail import webp


@pytest.mark.parametrize(("width", "height", "size"), [(400, 100, (80, 20)), (30, 60, (30, 60)), (100, 400, (20, 80))])
def test_a_small_copy_keeps_its_form_and_is_never_larger(width: int, height: int, size: tuple[int, int]) -> None:
    picture = Picture("0", np.zeros((height, width, 3), np.uint8), width, height)
    with Image.open(io.BytesIO(webp(picture, 80))) as small:
        assert small.size == size
