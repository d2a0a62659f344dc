"""Media that come with a row as data: checked by content, kept in the workspace by digest, removed when unused."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from agent.errors import TastemakerError, WorkspaceError
from agent.media.file_type import HEAD_BYTES, MEDIA, PICTURES, as_media, sniff
from agent.media.limits import MIB, DecodeLimits
from agent.media.remote_files import NOT_FETCHED, Fetch
from retrieval.catalog.cells import wrong_type
from retrieval.catalog.cleaning import clean_text
from retrieval.catalog.problems import Flaw
from retrieval.files.private import make_folder
from retrieval.items import Media, MediaKind

FOLDER = "media"
FOLDER_SETTING = "folder of kept media"  # where media lay when they were last written, for workspaces that move
MAX_NAME_CHARS = 120

_DATA_ADDRESS = re.compile(r"data:[^,]{0,200},", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_NAMED = frozenset({"name", "data"})


@dataclass(frozen=True, slots=True)
class _SentMedium:
    """A medium as a row gives it: its bytes, or why there are none."""

    name: str
    data: bytes = b""
    problem: str | None = None


class WorkspaceMedia:
    """The media folder of a workspace, as the place where the media of rows come from.

    A medium is given as a `data:` address, as an object with its `name` and its `data` in Base64, or as bytes; never as
    a path: what lies on this machine's disk is not for whoever sends rows.

    Args:
        workspace: Folder of the workspace.
        fetch: Fetches web addresses; without it they are refused.

    Attributes:
        folder: Where they are kept.
        written: Paths of the files that were not there before.
    """

    hint = "Send the file itself: a data: address, or an object with its name and its data in Base64."

    def __init__(self, workspace: Path, fetch: Fetch | None = None) -> None:
        self.folder = workspace / FOLDER
        self.written: set[str] = set()
        self._fetch = fetch
        self._limits = DecodeLimits()

    def media(self, column: str, kind: MediaKind, raw: object, flaws: list[Flaw]) -> Iterator[Media]:
        """The media that a cell gives, kept.

        Raises:
            WorkspaceError: a file cannot be written.
        """
        for number, value in enumerate(raw if isinstance(raw, list) else [raw], start=1):
            sent = self._receive(f"{kind} {number}", value)
            if sent is None:
                flaws.append(wrong_type(column, type(value).__name__, "a file given as data, or a list of them"))
            else:
                yield self._store(kind, sent)

    def paths(self) -> set[str]:
        """The files there are."""
        return {str(path) for path in self.folder.iterdir()} if self.folder.is_dir() else set()

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files of this folder; all others are left alone."""
        for path in paths:
            if Path(path).parent == self.folder:
                Path(path).unlink(missing_ok=True)

    def _receive(self, name: str, value: object) -> _SentMedium | None:
        """The medium that a value holds; None where values of this form hold none."""
        if isinstance(value, bytes):
            return _SentMedium(name, value)
        if isinstance(value, str):
            return self._open_address(name, value.strip())
        if isinstance(value, Mapping) and value.keys() <= _NAMED and isinstance(value.get("data"), str):
            own_name = value.get("name", name)
            return _decode(_plain_name(own_name) or name, value["data"]) if isinstance(own_name, str) else None
        return None

    def _open_address(self, name: str, address: str) -> _SentMedium:
        if start := _DATA_ADDRESS.match(address):
            body = address[start.end() :]
            if start[0][:-1].lower().endswith(";base64"):
                return _decode(name, body)
            return _SentMedium(name, unquote_to_bytes(body))
        own_name = _plain_name(address) or name
        if not _WEB_ADDRESS.match(address):
            return _SentMedium(own_name, problem="is named, and not sent")
        if self._fetch is None:
            return _SentMedium(own_name, problem="is an address, and none are fetched here")
        try:
            return _SentMedium(own_name, self._fetch(address))
        except TastemakerError as error:
            return _SentMedium(own_name, problem=why_not_fetched(error))

    def keep(self, kind: MediaKind, name: str, data: bytes) -> Media:
        """A medium as a file of this folder; its `problem` says why it is none, if so.

        Raises:
            WorkspaceError: the file cannot be written.
        """
        return self._store(kind, _SentMedium(name, data))

    def _store(self, kind: MediaKind, sent: _SentMedium) -> Media:
        problem = sent.problem or self._problem(kind, sent.data)
        if problem:
            return Media(kind, "", sent.name, problem)
        # The name is the digest, so what comes twice lies there once, and no name from outside becomes a path.
        digest = hashlib.sha256(sent.data).hexdigest()
        path = self.folder / digest
        if not path.exists():
            _write(path, sent.data)
            self.written.add(str(path))
        return Media(kind, str(path), sent.name)

    def _problem(self, kind: MediaKind, data: bytes) -> str | None:
        """Why these bytes are no medium of that kind, as far as their beginning shows."""
        if not data:
            return "is empty"
        most = self._limits.picture_bytes if kind == "image" else self._limits.media_bytes
        if len(data) > most:
            return f"is larger than {most // MIB} MiB"
        file_type = sniff(data[:HEAD_BYTES])
        needed = "picture" if kind == "image" else "media"
        if file_type is not None and (file_type if kind == "image" else as_media(file_type)).kind == needed:
            return None
        allowed = PICTURES if kind == "image" else MEDIA
        return f"is {file_type.label if file_type else 'of an unknown type'}, not {allowed}"


def why_not_fetched(error: TastemakerError) -> str:
    """The end of a sentence about a medium whose address was of no use."""
    return f"was not fetched ({error.what.removeprefix(NOT_FETCHED).rstrip('.')})"


def _decode(name: str, text: str) -> _SentMedium:
    try:
        return _SentMedium(name, base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError):
        return _SentMedium(name, problem="is not proper Base64")


def _plain_name(text: str) -> str:
    """A name to show: its last part, without what cannot be seen."""
    last = clean_text(text[-4 * MAX_NAME_CHARS :].replace("\\", "/").rpartition("/")[2])
    return " ".join(last.split())[-MAX_NAME_CHARS:]


def _write(path: Path, data: bytes) -> None:
    """Write a file that appears only when it is whole."""
    try:
        make_folder(path.parent)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                file.write(data)
                file.flush()
                # A power cut must not leave a name without its bytes: what lies under a digest is never written again.
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise WorkspaceError(
            f"The file {path.name[:12]} cannot be kept ({error.strerror}).", "Free some space, and send it again."
        ) from error
