"""Which way up a picture is, read out of its EXIF data: that one value, and nothing else that may stand in there."""

from __future__ import annotations

import struct

UPRIGHT = 1
_TAG = 0x0112
_SHORT = 3  # the type of a 16-bit number
_ENTRY = 12  # bytes
_MOST_ENTRIES = 512


def orientation(exif: object) -> int:
    """The orientation, 1 to 8, that EXIF data name; upright where they are none, broken, or say nothing of it.

    Source: CIPA DC-008-2019 (Exif 2.32), 4.6.4 and 4.6.5.
    """
    tiff = exif.removeprefix(b"Exif\x00\x00") if isinstance(exif, bytes) else b""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None:
        return UPRIGHT
    try:
        return _named(tiff, order)
    except struct.error:
        return UPRIGHT


def _named(tiff: bytes, order: str) -> int:
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    (n_entries,) = struct.unpack_from(order + "H", tiff, start)
    for number in range(min(n_entries, _MOST_ENTRIES)):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + number * _ENTRY)
        if tag == _TAG:
            return value if kind == _SHORT and 1 <= value <= 8 else UPRIGHT
    return UPRIGHT
