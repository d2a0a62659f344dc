"""What a file is, told from its first bytes and never from its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HEAD_BYTES = 32  # enough for every signature below

FileKind = Literal["picture", "media", "other"]


@dataclass(frozen=True, slots=True)
class FileType:
    """Type of a file.

    Attributes:
        kind: `picture` and `media` (sound or video) can be decoded, `other` is known and turned down.
        label: Plain name for messages.
        reader: Name of the one Pillow format or FFmpeg demuxer that may open it; empty for `other`.
    """

    kind: FileKind
    label: str
    reader: str = ""


PICTURES = "JPEG, PNG, WebP, GIF or BMP"
MEDIA = "WAV, MP3, OGG, FLAC, M4A, AAC, MP4, MOV, MKV, WebM or AVI"

_PREFIXES = (
    (b"\xff\xd8\xff", FileType("picture", "a JPEG picture", "JPEG")),
    (b"\x89PNG\r\n\x1a\n", FileType("picture", "a PNG picture", "PNG")),
    (b"GIF87a", FileType("picture", "a GIF picture", "GIF")),
    (b"GIF89a", FileType("picture", "a GIF picture", "GIF")),
    (b"BM", FileType("picture", "a BMP picture", "BMP")),
    (b"OggS", FileType("media", "OGG media", "ogg")),
    (b"fLaC", FileType("media", "FLAC sound", "flac")),
    (b"ID3", FileType("media", "MP3 sound", "mp3")),
    (b"\x1aE\xdf\xa3", FileType("media", "Matroska or WebM media", "matroska")),
    (b"II*\x00", FileType("other", "a TIFF picture")),
    (b"MM\x00*", FileType("other", "a TIFF picture")),
    (b"%PDF", FileType("other", "a PDF document")),
    (b"%!PS", FileType("other", "a PostScript document")),
    (b"<svg", FileType("other", "an SVG drawing")),
    (b"<?xml", FileType("other", "an XML document")),
    (b"PK\x03\x04", FileType("other", "a ZIP archive")),
)
_RIFF = {
    b"WEBP": FileType("picture", "a WebP picture", "WEBP"),
    b"WAVE": FileType("media", "WAV sound", "wav"),
    b"AVI ": FileType("media", "AVI video", "avi"),
}
_QUICKTIME_ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_STILL_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")


def sniff(head: bytes) -> FileType | None:
    """The type of the file that begins with `head`, or None when it is none we know."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] in _QUICKTIME_ATOMS:
        return _quicktime(head)
    for prefix, file_type in _PREFIXES:
        if head.startswith(prefix):
            return file_type
    return _mpeg_audio(head)


def _quicktime(head: bytes) -> FileType:
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
        return FileType("other", "an AVIF or HEIC picture")
    return FileType("media", "MP4 or QuickTime media", "mov")


def _mpeg_audio(head: bytes) -> FileType | None:
    """The type of bare MPEG audio: frames begin with eleven set bits; layer bits of zero mean AAC in ADTS frames."""
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return FileType("media", "AAC sound", "aac")
    return FileType("media", "MP3 sound", "mp3")
