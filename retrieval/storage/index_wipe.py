"""What Chroma writes of memory that it has not used yet is overwritten, since anything may stand there.

A new collection's files have room for a hundred points. Until a thousand changes have come, hnswlib leaves in them
whatever its memory held before: it may be a person's name.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from pathlib import Path

logger = logging.getLogger(__name__)

_HEADER = struct.Struct("<i4Q")  # version, where points begin, room for so many, so many there, bytes of one
_VERSION = 1
_FILES = ("data_level0.bin", "length.bin")


def wipe_unused(folder: Path) -> None:
    """Overwrite with zeros what the files of collections hold that have no points in them yet."""
    for path in unused(folder):
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))


def unused(folder: Path) -> Iterator[Path]:
    """Files without points in which something stands nevertheless."""
    for header in folder.glob("*/header.bin"):
        data = header.read_bytes()[: _HEADER.size]
        if len(data) < _HEADER.size or _HEADER.unpack(data)[0] != _VERSION:
            logger.warning("The index file %s has a form that is not known here.", header)
        elif _HEADER.unpack(data)[3] == 0:
            paths = (header.with_name(name) for name in _FILES)
            yield from (path for path in paths if path.exists() and path.read_bytes().strip(b"\0"))


__all__ = ["unused", "wipe_unused"]
