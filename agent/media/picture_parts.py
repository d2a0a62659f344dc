"""How many parts a picture's file is in, counted before a reader goes through them one by one."""

from __future__ import annotations

import struct

from agent.media.limits import DecodeLimits
from agent.media.wire import DecodeRefusal

_SCAN = b"\xff\xda"  # the beginning of a JPEG's scan; within one, 0xFF is followed by other bytes
_PNG_SIGNATURE, _CHUNK_FRAME = 8, 12  # bytes; a frame is length, name and checksum
_LAST_CHUNK = b"IEND"
_GIF_SCREEN = 13  # bytes before a GIF's colours
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B  # what a GIF's blocks begin with
_TAG = 12  # bytes of an entry of a TIFF's directory
_TAG_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}  # by type


def check_parts(data: bytes, reader: str, limits: DecodeLimits) -> None:
    """Make sure that the file is in no more parts than honest ones are.

    Raises:
        DecodeRefusal: it is; going through them would be all the work.
    """
    if reader == "JPEG" and data.count(_SCAN) > limits.scans:
        raise DecodeRefusal(f"has more than {limits.scans} scans of the same picture", "Save it again.")
    counted = {
        "JPEG": _has_more_segments,
        "PNG": _has_more_chunks,
        "GIF": _has_more_blocks,
        "TIFF": _has_more_tags,
    }.get(reader)
    most = limits.chunks if reader == "PNG" else limits.segments
    if counted is not None and counted(data, most):
        raise DecodeRefusal(f"is in more than {most:,} pieces", "Save it again.")
    if reader == "TIFF" and _tag_bytes(data) > len(data):
        raise DecodeRefusal("says that it has more data than the file has", "Save it again.")


def _has_more_segments(data: bytes, most: int) -> bool:
    """Whether more segments than that come before a JPEG's first scan."""
    at = 2
    for _ in range(most):
        if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] == _SCAN[1]:
            return False
        fills = data[at + 1] in (0x00, 0xFF)
        at += 1 if fills else 2 + int.from_bytes(data[at + 2 : at + 4])
    return True


def _has_more_chunks(data: bytes, most: int) -> bool:
    at = _PNG_SIGNATURE
    for _ in range(most):
        if at + _CHUNK_FRAME > len(data) or data[at + 4 : at + 8] == _LAST_CHUNK:
            return False  # what stands behind the last one is read by nobody
        at += int.from_bytes(data[at : at + 4]) + _CHUNK_FRAME
    return at < len(data)


def _has_more_blocks(data: bytes, most: int) -> bool:
    """Whether more blocks than that come before a GIF's first image."""
    if len(data) <= _GIF_SCREEN:
        return False
    at = _GIF_SCREEN + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    left = most
    while left and at + 2 < len(data) and data[at] not in (_IMAGE, _TRAILER):
        in_extension = data[at] == _EXTENSION
        at += 2 if in_extension else 1
        left -= 1
        while in_extension and left and at < len(data) and data[at]:
            at += data[at] + 1
            left -= 1
        at += in_extension
    return not left


def _has_more_tags(data: bytes, most: int) -> bool:
    return _tags(data)[1] > most


def _tag_bytes(data: bytes) -> int:
    """Bytes of all values of a TIFF's first directory; of honest ones none lies in the same place as another."""
    start, n, order = _tags(data)
    total = 0
    for entry in range(start + 2, min(start + 2 + n * _TAG, len(data) - _TAG), _TAG):
        kind, count = struct.unpack_from(order + "HI", data, entry + 2)
        size = count * _TAG_SIZES.get(kind, 0)
        total += size if size > 4 else 0
    return total


def _tags(data: bytes) -> tuple[int, int, str]:
    """Where a TIFF's first directory begins, how many entries it has, and the order of its bytes."""
    order = "<" if data[:2] == b"II" else ">"
    if len(data) < 8:
        return 0, 0, order
    (start,) = struct.unpack_from(order + "I", data, 4)
    if not 8 <= start <= len(data) - 2:
        return 0, 0, order
    return start, struct.unpack_from(order + "H", data, start)[0], order
