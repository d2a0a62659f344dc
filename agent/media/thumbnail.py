"""Small copies of decoded pictures."""

from __future__ import annotations

import io

from agent.media.decoded import Picture

QUALITY = 78


def webp(picture: Picture, side: int) -> bytes:
    """A decoded picture as WebP, its longest side at most `side` pixels."""
    from PIL import Image

    small = Image.fromarray(picture.rgb)
    small.thumbnail((side, side))
    out = io.BytesIO()
    small.save(out, "WEBP", quality=QUALITY, method=2)
    return out.getvalue()


__all__ = ["webp"]
