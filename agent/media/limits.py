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
        side: Pixels of a picture's longer side; a panorama passes, a thread does not.
        plain_pixels: Width times height from which a picture has to have something in it.
        pixels_per_byte: How much a larger one may grow; a photo has ten pixels a byte, flat colour in PNG 300 and more.
        scans: Scans of a picture in JPEG; encoders make about ten.
        segments: Parts of a picture in JPEG or GIF that come before what is to be seen.
        chunks: Chunks of a picture in PNG; one of 64 MiB in pieces of 8 KiB has eight thousand.
        frame_pixels: Width times height of a video; 4K passes, 8K does not.
        frame_side: Pixels of a video's longer side.
        frames: Frames of a video; ten minutes at 60 a second pass.
        packets: Pieces that a sound is in; ten minutes of 2.5 ms each pass.
        samples: Samples of a sound over all its channels; ten minutes of stereo at 96 kHz pass.
        channels: Channels of a sound.
        duration_s: Length of a sound or video.
        picture_s: Seconds a picture may take to decode.
        media_s: Seconds a sound or video may take to decode.
        memory_bytes: Address space the decoder may take beyond what it needs to start.
    """

    picture_bytes: int = 64 * MIB
    media_bytes: int = 512 * MIB
    pixels: int = 64_000_000
    side: int = 65_535
    plain_pixels: int = 16_000_000
    pixels_per_byte: int = 256
    scans: int = 32
    segments: int = 1_024
    chunks: int = 65_536
    frame_pixels: int = 9_500_000
    frame_side: int = 8_192
    frames: int = 36_000
    packets: int = 300_000
    samples: int = 120_000_000
    channels: int = 16
    duration_s: float = 600.0
    picture_s: float = 10.0
    media_s: float = 120.0
    memory_bytes: int = 1024 * MIB
