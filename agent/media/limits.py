"""How much one file from outside may ask of this machine."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """Caps on one file. What goes beyond is refused with its own message.

    Attributes:
        picture_bytes: Size of a picture's file.
        media_bytes: Size of a sound's or video's file.
        pixels: Width times height of a picture; a 50-megapixel phone photo passes, a 100-megapixel one does not.
        frame_pixels: Width times height of a video; 4K passes, 8K does not.
        duration_s: Length of a sound or video.
        picture_s: Seconds a picture may take to decode.
        media_s: Seconds a sound or video may take to decode.
        memory_bytes: Address space the decoder may take beyond what it needs to start.
    """

    picture_bytes: int = 64 * MIB
    media_bytes: int = 512 * MIB
    pixels: int = 64_000_000
    frame_pixels: int = 9_500_000
    duration_s: float = 600.0
    picture_s: float = 10.0
    media_s: float = 120.0
    memory_bytes: int = 1024 * MIB
