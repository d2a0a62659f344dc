"""The lines of a text file, plain or gzip, as UTF-8 bytes, however long or hostile the file is."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from retrieval.catalog.problems import RowRefused
from retrieval.errors import CatalogError

LINE_LIMIT = 16 * 2**20  # bytes; a longer line is passed over without being held
_CHUNK = 2**18
_RATIO_LIMIT = 200  # text packs 5 to 30 times; a bomb about 1,000 times
_RATIO_FREE = 64 * 2**20  # bytes unpacked before the ratio counts
_UNPACKED_LIMIT = 64 * 2**30
_GZIP = b"\x1f\x8b"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def lines(path: Path, encoding: str | None = None) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number from 1, without its newline; None in place of one longer than `LINE_LIMIT`.

    Args:
        encoding: What the file is in where that is not UTF-8; what it cannot hold comes as bytes that are not UTF-8.

    Raises:
        CatalogError: the file cannot be read, is a decompression bomb, or is in an encoding that has no lines.
    """
    with _readable(path), open_text(path, encoding) as stream:
        number = 0
        while line := stream.readline(LINE_LIMIT + 1):
            number += 1
            # one byte more than the limit was read, so a line of exactly that length still counts as whole
            if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
                _pass_over(stream)
                yield number, None
            else:
                yield number, line.rstrip(b"\r\n")


def head(path: Path, size: int = 4096, encoding: str | None = None) -> bytes:
    """The first bytes of the unpacked text, as UTF-8 without a byte order mark.

    Raises:
        CatalogError: as for `lines`.
    """
    with _readable(path), open_text(path, encoding) as stream:
        return stream.read(size)


def pieces(path: Path) -> Iterator[bytes]:
    """The unpacked text piece by piece, wherever its lines end, as UTF-8 without a byte order mark.

    Raises:
        CatalogError: as for `lines`.
    """
    with _readable(path), open_text(path) as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def magic(path: Path) -> bytes:
    """The first four bytes of the file as it lies on disk.

    Raises:
        CatalogError: the file cannot be read.
    """
    with _readable(path), path.open("rb") as file:
        return file.read(4)


def giant_line() -> RowRefused:
    """The refusal of a line too long to be held."""
    return RowRefused(
        "line too long",
        f"The line is longer than {LINE_LIMIT // 2**20} MiB.",
        "Put each item on a line of its own, without media inside.",
    )


@contextmanager
def open_text(path: Path, encoding: str | None = None) -> Iterator[IO[bytes]]:
    """Open a file for reading as UTF-8 bytes: unpacked, recoded, without a byte order mark, lines ended by `\\n`."""
    with path.open("rb") as file:
        packed = file.peek(2)[:2] == _GZIP
        raw: IO[bytes] = file
        if packed:
            raw = io.BufferedReader(_Unpacked(file, path), _CHUNK)
        start = raw.peek(4)[:4]  # type: ignore[attr-defined]  # both are buffered readers
        if encoding is None:
            _refuse_other_encodings(start, path)
        if start.startswith(codecs.BOM_UTF8):
            raw.read(len(codecs.BOM_UTF8))
        elif start[:2] in _UTF16 and start not in _UTF32:
            raw.read(2)
            raw = io.BufferedReader(_Recoded(raw, _UTF16[start[:2]]), _CHUNK)
        elif encoding is not None and encoding != "utf-8":
            raw = io.BufferedReader(_Recoded(raw, encoding, errors="surrogateescape"), _CHUNK)
        yield io.BufferedReader(_Unmarked(raw), _CHUNK) if _has_old_ends(raw) else raw


def _has_old_ends(stream: IO[bytes]) -> bool:
    """Whether lines end with a carriage return alone, as those of old Macintoshes do."""
    start = stream.peek(_CHUNK)  # type: ignore[attr-defined]  # a buffered reader
    # one at the very end may have its newline behind it
    return b"\n" not in start and b"\r" in start[:-1]


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path} is not valid UTF-16 after its byte order mark.", "Save it as UTF-8.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CatalogError(f"{path} is a damaged gzip file: {error}.", "Fetch or pack it again.") from error
    except OSError as error:
        raise CatalogError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the path and its permissions."
        ) from error


def _refuse_other_encodings(start: bytes, path: Path) -> None:
    if start in _UTF32:
        raise CatalogError(f"{path} is UTF-32.", "Save it as UTF-8.")
    if len(start) == 4 and (start[::2] == b"\0\0" or start[1::2] == b"\0\0"):
        raise CatalogError(f"{path} looks like UTF-16 without a byte order mark.", "Save it as UTF-8.")


def _pass_over(stream: IO[bytes]) -> None:
    while (piece := stream.readline(_CHUNK)) and not piece.endswith(b"\n"):
        pass


class _Unpacked(io.RawIOBase):
    """A gzip file's content, refused once it grows far beyond what text can pack into."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._gzip = gzip.GzipFile(fileobj=file)
        self._path = path
        self._packed_size = max(path.stat().st_size, 1)
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._gzip.read(len(buffer))
        self._size += len(piece)
        ratio = self._size / self._packed_size
        if self._size > _UNPACKED_LIMIT or (self._size > _RATIO_FREE and ratio > _RATIO_LIMIT):
            raise CatalogError(
                f"{self._path} unpacks to more than {ratio:.0f} times its size, which no catalog does.",
                "Unpack it yourself and check what it holds.",
            )
        buffer[: len(piece)] = piece
        return len(piece)


class _Unmarked(io.RawIOBase):
    """Carriage returns as newlines."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._stream.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(piece)] = piece
        return len(piece)


class _Recoded(io.RawIOBase):
    """Another encoding as UTF-8."""

    def __init__(self, stream: IO[bytes], encoding: str, errors: str = "strict") -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._errors = errors
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            piece = self._stream.read(_CHUNK)
            self._ready = self._decoder.decode(piece, final=not piece).encode("utf-8", self._errors)
            if not piece:
                break
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count
