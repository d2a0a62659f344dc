"""What a file is, told from its first bytes and never from its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HEAD_BYTES = 64  # enough for every signature below

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


PICTURES = "JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP"
MEDIA = "WAV, MP3, OGG, FLAC, M4A, AAC, AIFF, WMA, AMR, MP4, MOV, MKV, WebM, MPEG or AVI"

_TIFF = FileType("picture", "a TIFF picture", "TIFF")
_AVIF = FileType("picture", "an AVIF picture", "AVIF")
_PREFIXES = (
    (b"\xff\xd8\xff", FileType("picture", "a JPEG picture", "JPEG")),
    (b"\x89PNG\r\n\x1a\n", FileType("picture", "a PNG picture", "PNG")),
    (b"GIF87a", FileType("picture", "a GIF picture", "GIF")),
    (b"GIF89a", FileType("picture", "a GIF picture", "GIF")),
    (b"BM", FileType("picture", "a BMP picture", "BMP")),
    (b"II*\x00", _TIFF),
    (b"MM\x00*", _TIFF),
    (b"OggS", FileType("media", "OGG media", "ogg")),
    (b"fLaC", FileType("media", "FLAC sound", "flac")),
    (b"ID3", FileType("media", "MP3 sound", "mp3")),
    (b"#!AMR", FileType("media", "AMR sound", "amr")),
    (b"\x1aE\xdf\xa3", FileType("media", "Matroska or WebM media", "matroska")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", FileType("media", "Windows media (WMA or WMV)", "asf")),
    (b"\x00\x00\x01\xba", FileType("media", "MPEG video", "mpeg")),
    (b"RF64", FileType("media", "WAV sound", "wav")),
    (b"II+\x00", FileType("other", "a BigTIFF picture")),
    (b"MM\x00+", FileType("other", "a BigTIFF picture")),
    (b"\x00\x00\x00\x0cjP  ", FileType("other", "a JPEG 2000 picture")),
    (b"\x00\x00\x00\x0cJXL ", FileType("other", "a JPEG XL picture")),
    (b"\xff\x0a", FileType("other", "a JPEG XL picture")),
    (b"8BPS", FileType("other", "a Photoshop document")),
    (b"\x00\x00\x01\x00", FileType("other", "an icon")),
    (b"%PDF", FileType("other", "a PDF document")),
    (b"%!PS", FileType("other", "a PostScript document")),
    (b"<svg", FileType("other", "an SVG drawing")),
    (b"<?xml", FileType("other", "an XML document")),
    (b"<!DOCTYPE html", FileType("other", "a web page")),
    (b"<!doctype html", FileType("other", "a web page")),
    (b"<html", FileType("other", "a web page")),
    (b"PK\x03\x04", FileType("other", "a ZIP archive")),
    (b"FLV", FileType("other", "Flash video")),
    (b".RMF", FileType("other", "RealMedia")),
    (b"MThd", FileType("other", "MIDI notes")),
    (b"caff", FileType("other", "Core Audio sound (CAF)")),
    (b".snd", FileType("other", "AU sound")),
    (b"wvpk", FileType("other", "WavPack sound")),
    (b"MAC ", FileType("other", "Monkey's Audio sound")),
)
_RIFF = {
    b"WEBP": FileType("picture", "a WebP picture", "WEBP"),
    b"WAVE": FileType("media", "WAV sound", "wav"),
    b"AVI ": FileType("media", "AVI video", "avi"),
}
_AIFF = FileType("media", "AIFF sound", "aiff")
_ANIMATED_GIF = FileType("media", "an animated GIF", "gif")
_QUICKTIME_ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_AVIF_BRANDS = (b"avif", b"avis")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2", b"miaf")


def sniff(head: bytes) -> FileType | None:
    """The type of the file that begins with `head`, or None when it is none we know."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return _AIFF
    if head[4:8] in _QUICKTIME_ATOMS:
        return _quicktime(head)
    for prefix, file_type in _PREFIXES:
        if head.startswith(prefix):
            return file_type
    return _mpeg_audio(head)


def as_media(file_type: FileType) -> FileType:
    """The type as that of a sound or video, where it may be either: a GIF is a picture and a video."""
    return _ANIMATED_GIF if file_type.reader == "GIF" else file_type


def _quicktime(head: bytes) -> FileType:
    brand = head[8:12] if head[4:8] == b"ftyp" else b""
    compatible = {head[at : at + 4] for at in range(16, min(len(head), int.from_bytes(head[:4])), 4)}
    if brand in _AVIF_BRANDS or (brand in _HEIC_BRANDS and not compatible.isdisjoint(_AVIF_BRANDS)):
        return _AVIF
    if brand in _HEIC_BRANDS:
        return FileType("other", "a HEIC picture")
    return FileType("media", "MP4 or QuickTime media", "mov")


def _mpeg_audio(head: bytes) -> FileType | None:
    """The type of bare MPEG audio: frames begin with eleven set bits; layer bits of zero mean AAC in ADTS frames."""
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return FileType("media", "AAC sound", "aac")
    return FileType("media", "MP3 sound", "mp3")
