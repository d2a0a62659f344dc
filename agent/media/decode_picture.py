"""Pictures to upright RGB arrays. Runs only inside the decoding process."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from agent.media.limits import DecodeLimits
from agent.media.wire import DAMAGED_HINT, DecodeRefusal

LONGEST_SIDE = 1024
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
# What Pillow raises on damaged files; anything else ends the process, which the parent reports as well.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error)

Image.MAX_IMAGE_PIXELS = None  # our own cap is lower and has its own message


def decode_picture(data: bytes, reader: str, limits: DecodeLimits) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Decode a picture with the one Pillow format that its content names.

    Returns:
        uint8, shape (height, width, 3), longest side at most `LONGEST_SIDE`; the upright original (width, height).

    Raises:
        DecodeRefusal: the picture is damaged or has too many pixels.
    """
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=(reader,))
        size = _checked_size(image, limits)
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        turned = _orientation(image)
        image = _shrunk(_plain_mode(image))
        image = _on_white(image)
    except _DAMAGE as error:
        raise DecodeRefusal(f"is damaged ({_reason(error)})", DAMAGED_HINT) from error
    for step in _UPRIGHT.get(turned, ()):
        image = image.transpose(step)
    return np.asarray(image), size[::-1] if turned >= 5 else size


def _checked_size(image: Image.Image, limits: DecodeLimits) -> tuple[int, int]:
    width, height = image.size
    if width * height > limits.pixels:
        raise DecodeRefusal(
            f"has {width} x {height} pixels ({width * height / 1e6:.0f} megapixels), "
            f"more than the {limits.pixels / 1e6:.0f} megapixels allowed",
            "Make it smaller and try again.",
        )
    return width, height


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; broken EXIF data do not spoil a sound picture."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except _DAMAGE:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _plain_mode(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "L", "RGBA", "LA", "CMYK"):
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep_grey(image)
    has_alpha = image.mode in ("PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """16-bit and wider grey, scaled to 8 bits: Pillow's own conversion clips instead."""
    grey = np.asarray(image, dtype=np.float32)
    top = 65_535.0 if image.mode.startswith("I") else max(float(grey.max()), 1e-6)
    return Image.fromarray(np.clip(grey * (255.0 / top), 0, 255).astype(np.uint8))


def _shrunk(image: Image.Image) -> Image.Image:
    scale = LONGEST_SIDE / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA"):
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, layer)
    return image.convert("RGB")


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):  # which would name an object in memory
        return "its beginning cannot be read"
    words = " ".join(str(error).split()) or type(error).__name__
    return words[:80]
