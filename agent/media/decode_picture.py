"""Pictures to upright RGB arrays. Runs only inside the decoding process."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import (
    AvifImagePlugin,
    Image,
    TiffImagePlugin,  # noqa: F401 - there before a picture is, so that no other plugin is ever looked for
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401 - the same
)

from agent.media.animation import first_full_frame
from agent.media.colour_profile import in_srgb
from agent.media.cut_jpeg import BREAKS_OFF, END, without_filling
from agent.media.limits import DecodeLimits
from agent.media.orientation import orientation
from agent.media.picture_parts import check_parts
from agent.media.wire import DAMAGED_HINT, DecodeRefusal

LONGEST_SIDE = 1024
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
_DAMAGE = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error),
    RuntimeError,  # of AVIF
)

_WHOLE = ("RGB", "L", "CMYK", "LAB")  # modes that are made smaller without a copy in another one
_BAND_PIXELS = 2_000_000
_SMALLER = "Make it smaller and try again."

Image.MAX_IMAGE_PIXELS = None  # our own cap is lower and has its own message
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread takes address space of its own


class DecodedPicture(NamedTuple):
    """A picture as the decoder gives it.

    Attributes:
        rgb: uint8, shape (height, width, 3), longest side at most `LONGEST_SIDE`.
        size: Width and height of the upright original.
        flaw: What is wrong with it nevertheless, as the end of a sentence that begins with it; empty when nothing is.
    """

    rgb: NDArray[np.uint8]
    size: tuple[int, int]
    flaw: str = ""


def decode_picture(data: bytes, reader: str, limits: DecodeLimits) -> DecodedPicture:
    """Decode a picture with the one Pillow format that its content names; of a JPEG that breaks off, what is there.

    Raises:
        DecodeRefusal: the picture is damaged or has too many pixels, or too little in them.
    """
    check_parts(data, reader, limits)
    try:
        return _decoded(data, reader, limits)
    except _DAMAGE as error:
        if reader == "JPEG":
            with suppress(*_DAMAGE):
                return _decoded(data + END, reader, limits, cut=True)
        raise DecodeRefusal(f"is damaged ({_reason(error)})", DAMAGED_HINT) from error


def _decoded(data: bytes, reader: str, limits: DecodeLimits, *, cut: bool = False) -> DecodedPicture:
    opened = Image.open(io.BytesIO(data), formats=(reader,))
    size = _checked_size(opened, len(data), limits)
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    if reader == "TIFF":
        opened.load()  # which also turns it upright
        return DecodedPicture(np.asarray(_drawn(opened)), opened.size)
    image = first_full_frame(opened, _drawn, limits.plain_pixels, _DAMAGE)
    image = without_filling(image) if cut else image
    turned = orientation(opened.info.get("exif"))  # which may stand behind the pixels
    for step in _UPRIGHT.get(turned, ()):
        image = image.transpose(step)
    return DecodedPicture(np.asarray(image), size[::-1] if turned >= 5 else size, BREAKS_OFF if cut else "")


def _drawn(opened: Image.Image) -> Image.Image:
    """The picture that is open, as RGB on white, no larger than it is used."""
    whole = opened.mode in _WHOLE and not _has_key(opened)
    return _on_white(
        in_srgb(_shrunk(_plain_mode(opened) if whole else _in_bands(opened)), opened.info.get("icc_profile"))
    )


def _checked_size(image: Image.Image, n_bytes: int, limits: DecodeLimits) -> tuple[int, int]:
    width, height = image.size
    if max(width, height) > limits.side:
        raise DecodeRefusal(
            f"has {width} x {height} pixels, more than the {limits.side:,} a side may have", "Cut it into several."
        )
    if width * height > limits.pixels:
        raise DecodeRefusal(
            f"has {width} x {height} pixels ({width * height / 1e6:.0f} megapixels), "
            f"more than the {limits.pixels / 1e6:.0f} megapixels allowed",
            _SMALLER,
        )
    if width * height > max(limits.plain_pixels, limits.pixels_per_byte * n_bytes):
        raise DecodeRefusal(
            f"would grow to {width} x {height} pixels from {n_bytes:,} bytes: there is next to nothing in it", _SMALLER
        )
    return width, height


def _plain_mode(image: Image.Image) -> Image.Image:
    if _has_key(image):
        return _without_key(image)
    if image.mode in (*_WHOLE, "RGBA", "LA"):
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep_grey(image)
    has_alpha = image.mode in ("PA", "La", "RGBa") or (image.mode == "P" and "transparency" in image.info)
    return image.convert("RGBA" if has_alpha else "RGB")


def _has_key(image: Image.Image) -> bool:
    """Whether one colour of a picture without an alpha channel stands for what shines through."""
    key = image.info.get("transparency")
    return isinstance(key, tuple) if image.mode == "RGB" else image.mode in ("L", "1") and isinstance(key, int)


def _without_key(image: Image.Image) -> Image.Image:
    key = image.info["transparency"]
    if isinstance(key, tuple) and max(key) > 255:  # of 16 bits, of which Pillow leaves eight
        image.info["transparency"] = tuple(level >> 8 for level in key)
    return image.convert("RGBA")


def _in_bands(image: Image.Image) -> Image.Image:
    """The picture on white, as small as `_shrunk` can use it: made band by band, so that no whole copy is needed."""
    factor = max(1, max(image.size) // (2 * LONGEST_SIDE))
    rows = max(1, _BAND_PIXELS // (image.width * factor)) * factor
    bands = [
        _on_white(_plain_mode(image.crop((0, top, image.width, min(top + rows, image.height))))).reduce(factor)
        for top in range(0, image.height, rows)
    ]
    joined = Image.new("RGB", (bands[0].width, sum(band.height for band in bands)))
    for number, band in enumerate(bands):
        joined.paste(band, (0, number * bands[0].height))
    return joined


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
