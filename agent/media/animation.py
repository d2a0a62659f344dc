"""Which frame of an animation is looked at: the first that shows what there is to see."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MOST_FRAMES = 50
BLANK = 4.0  # standard deviation (0-255) of every channel below which a frame shows nothing
FULLER = 1.25  # how much further from the blank frame one has to be, to be shown in place of an earlier one
_THUMB = (48, 48)
_MOVING = frozenset({"GIF", "PNG", "WEBP", "AVIF"})  # a TIFF with several pages does not move


def first_full_frame(
    opened: Image.Image,
    draw: Callable[[Image.Image], Image.Image],
    most_pixels: int,
    damage: tuple[type[Exception], ...],
) -> Image.Image:
    """The first frame, or, where that is blank, as before things fade in, the first that is about as full as any.

    Args:
        draw: Makes RGB of the frame that is open.
        most_pixels: Over all frames that are looked at.
        damage: What broken frames raise; they end the search.
    """
    first = draw(opened)
    if opened.format not in _MOVING or not getattr(opened, "is_animated", False):
        return first
    blank = _thumb(first)
    if blank.std(axis=(0, 1)).max() >= BLANK:
        return first
    fullest, distance = first, 0.0
    try:
        for number in range(1, min(MOST_FRAMES, most_pixels // (opened.width * opened.height))):
            opened.seek(number)
            frame = draw(opened)
            shown = float(np.abs(_thumb(frame) - blank).mean())
            if shown > max(1.0, distance * FULLER):
                fullest, distance = frame, shown
    except damage:  # the end of the animation is told by an EOFError
        return fullest
    return fullest


def _thumb(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image.convert("RGB").resize(_THUMB, Image.Resampling.BOX), dtype=np.float32)
