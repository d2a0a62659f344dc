"""Messages between the decoder and its child: one JSON header, then raw bytes. Nothing is ever unpickled."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any, BinaryIO

Blob = bytes | bytearray | memoryview
Header = dict[str, Any]

_LENGTH = struct.Struct("<I")
# Several times what the limits on a file let through: what a child that a file has taken over can make its parent hold.
_HEADER_BYTES = 64 * 1024
_BLOB_BYTES = 768 * 1024 * 1024


def send(stream: BinaryIO, header: Header, blobs: Sequence[Blob] = ()) -> None:
    """Write one message and flush it."""
    packed = json.dumps({**header, "sizes": [len(blob) for blob in blobs]}).encode()
    stream.write(_LENGTH.pack(len(packed)) + packed)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[Header, list[bytearray]]:
    """Read one message.

    Raises:
        EOFError: the other side is gone.
        ValueError: the message is not one of ours.
    """
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > _HEADER_BYTES:
        raise ValueError(f"header of {length} bytes")
    header = json.loads(bytes(_exactly(stream, length)))
    sizes = header.pop("sizes")
    if sum(sizes) > _BLOB_BYTES or min(sizes, default=0) < 0:
        raise ValueError(f"blobs of {sizes} bytes")
    return header, [_exactly(stream, size) for size in sizes]


def _exactly(stream: BinaryIO, size: int) -> bytearray:
    buffer = bytearray(size)
    view = memoryview(buffer)
    done = 0
    while done < size:
        got = stream.readinto(view[done:])  # type: ignore[attr-defined]  # a pipe gives what is there, seldom all
        if not got:
            raise EOFError(f"{done} of {size} bytes")
        done += got
    return buffer


class DecodeRefusal(Exception):
    """A file is not decoded.

    Args:
        what: End of the sentence "The picture 'x.jpg' ...", without the full stop.
        hint: One sentence saying what to do.
    """

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what, hint)
        self.what = what
        self.hint = hint


DAMAGED_HINT = "It is probably damaged: save or download it again."
SHORTER_HINT = "Use a shorter or smaller file."
