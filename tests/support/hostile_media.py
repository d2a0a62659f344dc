"""Files that were made to harm: mutations of honest ones, by a seed, and bombs."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.support.made_media import WIDE, empty_png, encoded, photo, scenes, tone, write_gif, write_sound, write_video

EXTREMES = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
Mutation = Callable[[bytearray, random.Random], bytes]


def poster(width: int = 160, height: int = 64) -> Image.Image:
    """A picture with words in it."""
    image = Image.new("RGB", (width, height), (240, 230, 200))
    ImageDraw.Draw(image).text((8, 16), "HARBOUR", (20, 20, 80), ImageFont.load_default(28))
    return image


# Mutations


def flip(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 16)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def set_field(data: bytearray, chance: random.Random) -> bytes:
    """An extreme number somewhere in the header."""
    size = chance.choice((2, 4))
    at = chance.randrange(4, min(len(data), 96) - size)
    data[at : at + size] = (chance.choice(EXTREMES) & (1 << 8 * size) - 1).to_bytes(
        size, chance.choice(("big", "little"))
    )
    return bytes(data)


def truncate(data: bytearray, chance: random.Random) -> bytes:
    return bytes(data[: chance.randrange(1, len(data))])


def shuffle(data: bytearray, chance: random.Random) -> bytes:
    """A stretch comes twice, or not at all, or elsewhere."""
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    stretch = data[start:end]
    at = chance.randrange(len(data))
    return bytes(
        chance.choice((data[:end] + stretch + data[end:], data[:start] + data[end:], data[:at] + stretch + data[at:]))
    )


def rechunk(data: bytearray, chance: random.Random) -> bytes:
    """PNG chunks twice, without one, or in another order, each with its right checksum; a size of its own."""
    if data[:4] != b"\x89PNG":
        return shuffle(data, chance)
    chunks = list(_chunks(bytes(data)))
    if chance.random() < 0.5:
        sides = struct.pack(">II", chance.choice((1, 3, 40, 5_000)), chance.choice((1, 2, 4_000, 100_000)))
        chunks[0] = (b"IHDR", sides + chunks[0][1][8:])
    else:
        chunks.insert(chance.randrange(len(chunks)), chance.choice(chunks))
        chunks.pop(chance.randrange(len(chunks)))
    return png(chunks)


MUTATIONS: Sequence[Mutation] = (flip, set_field, truncate, shuffle, rechunk)


def mutated_pictures(n: int, seed: int = 0) -> Iterator[bytes]:
    """Mutations of small pictures in all formats; every tenth is a whole one that is thin."""
    chance, seeds = random.Random(seed), _pictures()
    for number in range(n):
        if number % 10 == 0:
            sides = (chance.randint(1, 12), chance.randint(200, 4_096))
            yield encoded(photo(*chance.sample(sides, 2), seed=number), chance.choice(("PNG", "JPEG", "BMP")))
        else:
            yield chance.choice(MUTATIONS)(bytearray(chance.choice(seeds)), chance)


def mutated_media(folder: Path, n: int, seed: int = 0) -> Iterator[Path]:
    """Mutations of short sounds and clips in all formats, each as a file of its own."""
    chance, seeds = random.Random(seed), _media(folder)
    for number in range(n):
        whole = chance.choice(seeds)
        path = folder / f"{number}{whole.suffix}"
        path.write_bytes(chance.choice(MUTATIONS)(bytearray(whole.read_bytes()), chance))
        yield path


def _pictures() -> list[bytes]:
    plain = [encoded(photo(96, 72), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF", "TIFF")]
    plain += [encoded(photo(96, 72), "TIFF", compression=kind) for kind in ("tiff_lzw", "tiff_deflate", "jpeg")]
    plain += [encoded(photo(96, 72), kind, icc_profile=WIDE) for kind in ("JPEG", "PNG")]
    plain += [encoded(photo(96, 72), "PNG", transparency=(240, 230, 200))]
    exif = Image.Exif()
    exif[0x0112] = 6
    buffers = [io.BytesIO() for _ in range(7)]
    poster().save(buffers[0], "PNG", exif=exif)
    poster().save(buffers[1], "JPEG", progressive=True, exif=exif)
    poster().quantize(16).save(buffers[2], "PNG", transparency=0)
    poster().convert("LA").save(buffers[3], "PNG")
    frames = [Image.fromarray(photo(48, 32, number)) for number in range(4)]
    frames[0].save(buffers[4], "GIF", save_all=True, append_images=frames[1:])
    frames[0].save(buffers[5], "WEBP", save_all=True, append_images=frames[1:])
    blank = Image.new("RGB", (48, 32), "white")
    blank.save(buffers[6], "AVIF", save_all=True, append_images=frames[:2])
    return [*plain, *(buffer.getvalue() for buffer in buffers)]


def _media(folder: Path) -> list[Path]:
    sounds = (
        *(("wav", "pcm_s16le"), ("mp3", "libmp3lame"), ("ogg", "libopus"), ("flac", "flac"), ("m4a", "aac")),
        *(("adpcm.wav", "adpcm_ms"), ("ima.wav", "adpcm_ima_wav"), ("aiff", "pcm_s16be"), ("wma", "wmav2")),
    )
    draw = scenes([(220, 20, 20), (20, 20, 220)], 0.5)
    made = [
        write_sound(folder / f"seed.{ending}", tone(1.0), codec, 48_000 if codec == "libopus" else 16_000)
        for ending, codec in sounds
    ]
    made += [write_video(folder / f"seed.{ending}", 1.0, draw, sound=tone(1.0)) for ending in ("mp4", "mkv")]
    made += [write_video(folder / "seed.mpg", 1.0, draw, codec="mpeg2video", fps=25)]
    made += [write_gif(folder / "seed.gif", draw)]
    return [*made, write_video(folder / "seed.avi", 1.0, draw, codec="mpeg4")]


# Bombs


def png(chunks: Sequence[tuple[bytes, bytes]]) -> bytes:
    """A PNG of these chunks."""
    framed = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        at += size + 12


def _with_chunks(*extra: tuple[bytes, bytes]) -> bytes:
    head, *rest = _chunks(encoded(photo(), "PNG"))
    return png([head, *extra, *rest])


def _patched(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def _overlapping_exif() -> bytes:
    """EXIF whose every entry is the same 64 KiB."""
    entries = b"".join(struct.pack("<HHII", tag, 7, 60_000, 0) for tag in range(5_000))
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 5_000) + entries + bytes(4)


def _tiff(numbers: dict[int, int], extra: bytes = b"") -> bytes:
    """A TIFF of tags with one number each, behind which come other entries."""
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(numbers.items())) + extra
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(entries) // 12) + entries + bytes(4)


def _overlapping_tiff() -> bytes:
    """A TIFF whose thousand tags are the same megabyte."""
    extra = b"".join(struct.pack("<HHII", 40_000 + number, 7, 1_000_000, 8) for number in range(1_000))
    return _tiff({256: 8, 257: 8}, extra) + bytes(1_000_000)


def _blank_frames() -> bytes:
    """An animation of a thousand large frames in which nothing ever appears."""
    frame, file = Image.new("P", (2_000, 2_000), 0), io.BytesIO()
    others = [Image.new("P", (2_000, 2_000), number % 2) for number in range(40)]
    frame.save(file, "GIF", save_all=True, append_images=others)
    return file.getvalue()


def _many_scans() -> bytes:
    data = encoded(photo(2_000, 1_500), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * 400 + data[-2:]


THIN = ((1, 1024), (1024, 1), (2, 4096), (4096, 3), (9, 1024), (1024, 9))


def picture_bombs() -> dict[str, Callable[[], bytes]]:
    """What makes each of the pictures that ask for much, by what they do it with."""
    return {
        **{f"{w} x {h}": partial(empty_png, w, h) for w, h in THIN},
        "100 megapixels": partial(empty_png, 10_000, 10_000),
        "60 megapixels of nothing": _nothing,
        "1 x 1,000,000": partial(empty_png, 1, 1_000_000),
        "1,000,000 x 1": partial(empty_png, 1_000_000, 1),
        "the largest PNG": lambda: png([(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0))]),
        "the largest JPEG": lambda: _patched(_jpeg(), _jpeg().index(b"\xff\xc0") + 5, b"\xff\xdc\xff\xdc"),
        "the largest GIF": lambda: _patched(_gif(), 6, b"\xff\xff\xff\xff"),
        "the largest WebP": lambda: _patched(encoded(photo(), "WEBP", lossless=True), 21, b"\xff\xff\xff\x0f"),
        "the largest BMP": lambda: _patched(encoded(photo(), "BMP"), 18, struct.pack("<ii", 2**31 - 1, 2**31 - 1)),
        "scans": _many_scans,
        "segments": lambda: _jpeg()[:2] + b"\xff\xfe\x00\x02" * 400_000 + _jpeg()[2:],
        "comments": lambda: _gif()[:13] + _gif()[13:][: _colours(_gif())] + b"!\xfe" + (b"\xff" + bytes(255)) * 20_000,
        "frames": _animated,
        "compressed text": lambda: _with_chunks((b"zTXt", b"a\x00\x00" + zlib.compress(bytes(100_000_000), 9))),
        "compressed profile": lambda: _with_chunks((b"iCCP", b"a\x00\x00" + zlib.compress(bytes(100_000_000), 9))),
        "chunks": lambda: _with_chunks(*[(b"tEXt", b"a\x00")] * 200_000),
        "overlapping tags": _overlapping_tiff,
        "tags": lambda: b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 65_535) + bytes(12 * 65_535),
        "the largest TIFF": lambda: _tiff({256: 65_000, 257: 65_000, 258: 8, 277: 1, 278: 65_000, 273: 8, 279: 10}),
        "blank frames": _blank_frames,
        "overlapping EXIF": lambda: _with_chunks((b"eXIf", _overlapping_exif())),
    }


def media_bombs() -> dict[str, Callable[[Path], bytes]]:
    """What makes each of the sounds and videos that ask for much, in a folder, by their names."""
    return {
        "silence.wav": lambda _: _wav(8_000, 1, bytes(8_000 * 2 * 590)),
        "hours.wav": lambda _: _wav(8_000, 1, bytes(8_000 * 2 * 7_200)),
        "hours said.mp4": lambda folder: _patched_at(
            _clip(folder, "v.mp4", "libx264"), b"mvhd", 16, b"\x7f\xff\xff\xff"
        ),
        "channels.wav": lambda _: _wav(48_000, 255, bytes(255 * 2 * 48_000)),
        "samples a second.wav": lambda _: _wav(2_000_000_000, 1, bytes(48_000)),
        "frame size.avi": lambda folder: _patched_at(
            _clip(folder, "v.avi", "mjpeg"), b"strf", 12, struct.pack("<ii", 16_000, 16_000)
        ),
        "frames.avi": _many_frames,
    }


def _jpeg() -> bytes:
    return encoded(photo())


def _gif() -> bytes:
    return encoded(photo(), "GIF")


def _colours(gif: bytes) -> int:
    return 3 << (gif[10] & 7) + 1


def _nothing() -> bytes:
    head = struct.pack(">IIBBBBB", 10_000, 6_000, 8, 2, 0, 0, 0)
    return png([(b"IHDR", head), (b"IDAT", zlib.compress(bytes(6_000 * 30_001), 9)), (b"IEND", b"")])


def _animated() -> bytes:
    frames, file = [Image.new("P", (64, 64), number % 250) for number in range(1_000)], io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


def _clip(folder: Path, name: str, codec: str) -> bytes:
    return write_video(folder / name, 0.5, scenes([(200, 0, 0)], 1.0), codec=codec).read_bytes()


def _patched_at(data: bytes, name: bytes, beyond: int, value: bytes) -> bytes:
    return _patched(data, data.index(name) + beyond, value)


def _wav(rate: int, channels: int, samples: bytes) -> bytes:
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _many_frames(folder: Path) -> bytes:
    """The same small frame, 40,000 times."""
    with av.open(folder / "many.avi", "w") as out:
        stream = out.add_stream("mjpeg", rate=1_000)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuvj420p"
        (packet,) = stream.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24"))
        data, time_base = bytes(packet), packet.time_base
        for number in range(40_000):
            copy = av.Packet(data)
            copy.stream, copy.pts, copy.dts, copy.time_base = stream, number, number, time_base
            out.mux(copy)
    return (folder / "many.avi").read_bytes()


__all__ = ["MUTATIONS", "THIN", "media_bombs", "mutated_media", "mutated_pictures", "picture_bombs", "png", "poster"]
