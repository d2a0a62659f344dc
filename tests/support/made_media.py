"""Small pictures, sounds and videos made on the spot."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from agent.media.decoded import SAMPLE_RATE

Rgb = tuple[int, int, int]


def photo(width: int = 64, height: int = 48, seed: int = 0) -> NDArray[np.uint8]:
    """A smooth picture with detail in it."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC))


def encoded(rgb: NDArray[np.uint8], kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, kind, **options)
    return buffer.getvalue()


def colour_profile(space: bytes, gamma: float, *primaries: tuple[float, float, float]) -> bytes:
    """An ICC profile of these primaries (D50, columns X, Y, Z), or of grey where there are none.

    Source: ICC.1:2001-04, 6.1 to 6.5.
    """
    white = b"XYZ " + bytes(4) + _fixed(0.9642, 1.0, 0.8249)
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
    tags = {b"wtpt": white, b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"made\0" + bytes(78)}
    for name, primary in zip((b"r", b"g", b"b"), primaries, strict=False):
        tags |= {name + b"XYZ": b"XYZ " + bytes(4) + _fixed(*primary), name + b"TRC": curve}
    tags |= {} if primaries else {b"kTRC": curve}
    table, body = b"", b""
    for name, data in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    whole = struct.pack(">I", len(tags)) + table + body
    head = struct.pack(">I4sI4s4s4s", 128 + len(whole), b"none", 0x02400000, b"mntr", space, b"XYZ ")
    return (head + bytes(12) + b"acsp" + bytes(28) + _fixed(0.9642, 1.0, 0.8249)).ljust(128, b"\0") + whole


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65_536)) for number in numbers)


# Red as far out as light goes: what is plain orange in sRGB has far less red in it here.
WIDE = colour_profile(b"RGB ", 1.8, (0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249))


def empty_png(width: int, height: int, channels: int = 1) -> bytes:
    """A PNG of zeros of any size in a few bytes per row, grey (1 channel) or transparent black (4)."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(1)
    row = bytes(width * channels + 1)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 4: 6}[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def tone(seconds: float, hertz: float = 440.0, loudness: float = 0.3) -> NDArray[np.float32]:
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (loudness * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def write_sound(path: Path, samples: NDArray[np.float32], codec: str, rate: int = SAMPLE_RATE) -> Path:
    with av.open(path, "w") as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        if codec.startswith("wma"):
            stream.bit_rate = 48_000  # it takes no other by itself
        _encode_sound(out, stream, samples)
    return path


def _encode_sound(out: av.container.OutputContainer, stream: av.AudioStream, samples: NDArray[np.float32]) -> None:
    resampler = av.AudioResampler(stream.format, "mono", stream.rate)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    fifo = av.AudioFifo()
    for part in (*resampler.resample(frame), *resampler.resample(None)):
        fifo.write(part)
    size = stream.codec_context.frame_size or 1024
    while (block := fifo.read(size, partial=True)) is not None:
        out.mux(stream.encode(block))
    out.mux(stream.encode(None))


def write_video(
    path: Path,
    seconds: float,
    draw: Callable[[float], NDArray[np.uint8]],
    *,
    codec: str = "libx264",
    fps: int = 10,
    sound: NDArray[np.float32] | None = None,
) -> Path:
    """Write what `draw` gives for each second as a video, with an AAC or Opus sound track if there is `sound`."""
    first = draw(0.0)
    with av.open(path, "w") as out:
        stream = out.add_stream(codec, rate=fps)
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        track = None
        if sound is not None:
            name, rate = ("libopus", 48_000) if path.suffix == ".webm" else ("aac", SAMPLE_RATE)
            track = out.add_stream(name, rate=rate, layout="mono")
        for number in range(round(seconds * fps)):
            frame = av.VideoFrame.from_ndarray(draw(number / fps), format="rgb24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if track is not None and sound is not None:
            _encode_sound(out, track, sound)
    return path


def write_gif(path: Path, draw: Callable[[float], NDArray[np.uint8]], seconds: float = 1.0) -> Path:
    """Write what `draw` gives for each tenth of a second as an animated GIF."""
    first, *others = [Image.fromarray(draw(number / 10)) for number in range(round(seconds * 10))]
    first.save(path, "GIF", save_all=True, append_images=others, duration=100)
    return path


def scenes(colours: Sequence[Rgb], seconds_each: float) -> Callable[[float], NDArray[np.uint8]]:
    """Draw one textured scene after another, each in its own colour."""
    pictures = [
        (photo(160, 96, seed) // 4 + np.asarray(colour, np.uint8) // 4 * 3) for seed, colour in enumerate(colours)
    ]

    def draw(second: float) -> NDArray[np.uint8]:
        return pictures[min(int(second / seconds_each), len(pictures) - 1)].astype(np.uint8)

    return draw
