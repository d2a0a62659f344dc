"""Files that people and programs send: judged by their content, kept for their sender alone, and not for long."""

from __future__ import annotations

import base64
import binascii
import io
import os
import secrets
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal
from urllib.parse import unquote_to_bytes

from agent.errors import MediaError
from agent.media.decoder import MediaDecoder, MediaKind
from retrieval.errors import WorkspaceError
from retrieval.files.private import create, make_folder
from ui.errors.refusals import Busy, Gone, NotFound, too_large
from ui.service.limits import MIB, Limits

Kind = MediaKind | Literal["catalog"]
MEDIA: frozenset[Kind] = frozenset({"picture", "sound", "video"})
PREFIX = "tastemaker-"
NAME_CHARS = 60
REMEMBERED = 10_000  # expired ids that are told apart from ids that never were
CHUNK = 1 * MIB
SUFFIXES = {
    "JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif", "BMP": ".bmp", "TIFF": ".tif",
    "AVIF": ".avif", "wav": ".wav", "mp3": ".mp3", "flac": ".flac", "aac": ".aac", "aiff": ".aiff", "amr": ".amr",
    "avi": ".avi", "mpeg": ".mpg",
}  # fmt: skip
CONTAINERS = {
    ("ogg", "sound"): ".ogg",
    ("ogg", "video"): ".ogv",
    ("asf", "sound"): ".wma",
    ("asf", "video"): ".wmv",
    ("mov", "sound"): ".m4a",
    ("mov", "video"): ".mp4",
    ("matroska", "sound"): ".weba",
    ("matroska", "video"): ".webm",
}
TABLES = frozenset({".csv", ".tsv", ".jsonl", ".json", ".parquet", ".item", ".xlsx", ".ods", ".yaml", ".zip"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent, and may be used until it expires.

    Attributes:
        id: Random; whoever sent the file names it by this.
        path: Where it lies.
        kind: `picture`, `sound`, `video`, or `catalog` (a table, or an archive of one).
        label: What it is by its content, such as `a PNG picture`.
        owner: User id of the sender; None for the operator.
        expires_s: Monotonic clock.
    """

    id: str
    path: Path
    kind: Kind
    label: str
    size_bytes: int
    owner: str | None
    expires_s: float

    @property
    def name(self) -> str:
        """The sender's name for it, made harmless, with the ending that its content has."""
        return self.path.name


class Uploads:
    """The files in keeping. Any thread may call.

    Args:
        folder: Private, made here, and removed with all that is in it by `close`.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        make_folder(folder)
        self.folder = folder.resolve()
        self._limits = limits
        self._lock = threading.Lock()
        self._uploads: OrderedDict[str, Upload] = OrderedDict()
        self._expired: OrderedDict[str, str | None] = OrderedDict()
        self._decoder = MediaDecoder()

    def keep(self, data: bytes | BinaryIO, owner: str | None, name: str, allowed: Collection[Kind] = MEDIA) -> Upload:
        """Take a file in, if its content is what may be sent.

        Args:
            owner: User id of the sender; None for the operator.
            name: What the sender calls it; its ending says nothing about its content, save for tables.
            allowed: Kinds that may be sent.

        Raises:
            MediaError: it is empty, broken, or of no allowed kind.
            TooLarge: it is larger than one file may be.
            Busy: all files together take too much room.
            WorkspaceError: it cannot be written.
        """
        self.expire()
        new = secrets.token_hex(16)
        holder = self.folder / new
        try:
            return self._take(new, holder, data, owner, name, allowed)
        except OSError as error:
            _remove(holder)
            raise _unkept(error) from error
        except BaseException:
            _remove(holder)
            raise

    def keep_encoded(
        self, encoded: str, owner: str | None, name: str = "upload", allowed: Collection[Kind] = MEDIA
    ) -> Upload:
        """Take in a file that stands in a JSON document: base64, or a `data:` URL. Raises as `keep` does."""
        return self.keep(from_content(encoded, self._limits.upload_bytes), owner, name, allowed)

    @property
    def size_bytes(self) -> int:
        """Size of all files in keeping."""
        with self._lock:
            return sum(upload.size_bytes for upload in self._uploads.values())

    def find(self, id: str, owner: str | None) -> Upload:
        """A file by its id.

        Raises:
            NotFound: it was never sent, or by somebody else.
            Gone: it has expired.
        """
        self.expire()
        with self._lock:
            upload = self._uploads.get(id)
            if upload is not None and upload.owner == owner:
                return upload
            if id in self._expired and self._expired[id] == owner:
                raise Gone("The file has expired.", "Send it again.")
        raise _missing()

    def at(self, path: str | Path, owner: str | None) -> Upload:
        """A file by the very path that it lies at; no other spelling of it is taken. Raises as `find` does."""
        place = Path(path)
        if os.path.normpath(place) != str(place) or place.parent.parent != self.folder:
            raise _missing()
        upload = self.find(place.parent.name, owner)
        if upload.path != place:
            raise _missing()
        return upload

    def drop(self, upload: Upload) -> None:
        """Delete a file before it expires; a second call does nothing."""
        with self._lock:
            self._uploads.pop(upload.id, None)
        _remove(self.folder / upload.id)

    def forget(self, user: str) -> int:
        """Delete every file of a user, and that there were others before. Returns: how many there were."""
        with self._lock:
            theirs = [upload for upload in self._uploads.values() if upload.owner == user]
            for id in [id for id, name in self._expired.items() if name == user]:
                del self._expired[id]
        for upload in theirs:
            self.drop(upload)
        return len(theirs)

    def expire(self) -> None:
        """Delete what is past its time."""
        now = time.monotonic()
        with self._lock:
            past = [upload for upload in self._uploads.values() if upload.expires_s <= now]
            for upload in past:
                del self._uploads[upload.id]
                self._expired[upload.id] = upload.owner
            while len(self._expired) > REMEMBERED:
                self._expired.popitem(last=False)
        for upload in past:
            _remove(self.folder / upload.id)

    def close(self) -> None:
        """Delete all."""
        self._decoder.close()
        with self._lock:
            self._uploads.clear()
        _remove(self.folder)

    def _take(
        self, new: str, holder: Path, data: bytes | BinaryIO, owner: str | None, name: str, allowed: Collection[Kind]
    ) -> Upload:
        holder.mkdir(mode=0o700)
        plain = harmless(name)  # its ending may say anything until the content has been looked at
        written = holder / plain
        size = self._write(io.BytesIO(data) if isinstance(data, bytes) else data, written)
        kind, label, suffix = self._judge(written, name, allowed)
        path = written.rename(holder / (Path(plain).stem + suffix))
        upload = Upload(new, path, kind, label, size, owner, time.monotonic() + self._limits.upload_age_s)
        with self._lock:
            self._uploads[upload.id] = upload
        return upload

    def _write(self, source: BinaryIO, path: Path) -> int:
        room = self._limits.uploads_bytes - self.size_bytes
        size = 0
        with create(path, new=True) as file:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > self._limits.upload_bytes:
                    raise too_large("The file", self._limits.upload_bytes)
                if size > room:
                    raise Busy("The server keeps too many files at present.", "Send it again later.", 60)
                file.write(chunk)
        return size

    def _judge(self, path: Path, name: str, allowed: Collection[Kind]) -> tuple[Kind, str, str]:
        """Kind, label and the right ending."""
        ending = PurePosixPath(name).suffix.lower()
        if "catalog" in allowed and ending in TABLES and _is_table(path):
            return "catalog", "a catalog", ending
        file_type = self._decoder.look(path)
        if file_type.kind not in allowed:
            raise MediaError(
                f"The file {path.name!r} is {file_type.label}, which cannot be used here.",
                f"Send one of: {', '.join(sorted(allowed))}.",
            )
        suffix = SUFFIXES.get(file_type.reader) or CONTAINERS.get((file_type.reader, file_type.kind), "")
        return file_type.kind, file_type.label, suffix


def private_folder() -> Path:
    """A new folder that only this process's user can read; those that killed servers left behind are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = left.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
            _remove(left)  # of another user's it can remove nothing
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))


def from_content(encoded: str, limit_bytes: int) -> bytes:
    """The bytes of a file that stands in a JSON document as base64 or as a `data:` URL.

    Raises:
        MediaError: it is neither.
        TooLarge: it is larger than `limit_bytes`.
    """
    head, comma, body = encoded.partition(",") if encoded.startswith("data:") else ("", "", encoded)
    if len(body) > 1.5 * limit_bytes:  # base64 takes 4/3, and its lines may end
        raise too_large("The file", limit_bytes)
    if comma and not head.endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MediaError(
            "The content of a file is not base64.", "Send base64, or a URL that begins with `data:`."
        ) from error


def harmless(name: str) -> str:
    """A file name of letters, digits, `-`, `_` and one ending, whatever was sent for one."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    letters = "".join(char if char.isalnum() or char in "-_" else "_" for char in (stem if dot else ending))
    suffix = "".join(char for char in ending if char.isascii() and char.isalnum())[:8] if dot else ""
    return (letters.strip("_")[:NAME_CHARS] or "file") + (f".{suffix}" if suffix else "")


def _is_table(path: Path) -> bool:
    """Whether a file is Parquet, a ZIP archive, or text that begins as no document for a browser does."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    if head.startswith((b"PAR1", b"PK\x03\x04")):
        return True
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(text) and b"\0" not in head and not text.startswith(b"<")


def _missing() -> NotFound:
    return NotFound("There is no such file.", "Send it first, and give what came back for it.")


def _unkept(error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"The file cannot be kept ({error.strerror}).", "Make room on the server's disk, and send it again."
    )


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
