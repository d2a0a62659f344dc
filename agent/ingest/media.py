"""Media that come with a row as data: checked by content, kept in the workspace by digest, removed when unused."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from agent.errors import TastemakerError, WorkspaceError
from agent.media.file_type import HEAD_BYTES, MEDIA, PICTURES, sniff
from agent.media.limits import MIB, DecodeLimits
from retrieval.catalog.cells import wrong_type
from retrieval.catalog.cleaning import clean_text
from retrieval.catalog.problems import Flaw
from retrieval.items import Media, MediaKind

FOLDER = "media"
MAX_NAME_CHARS = 120
Fetch = Callable[[str], bytes]

_DATA_ADDRESS = re.compile(r"data:[^,]{0,200},", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_NAMED = frozenset({"name", "data"})


@dataclass(frozen=True, slots=True)
class _Sent:
    """A medium as a row gives it: its bytes, or why there are none."""

    name: str
    data: bytes = b""
    problem: str | None = None


class KeptMedia:
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
        for number, one in enumerate(raw if isinstance(raw, list) else [raw], start=1):
            sent = self._sent(f"{kind} {number}", one)
            if sent is None:
                flaws.append(wrong_type(column, type(one).__name__, "a file given as data, or a list of them"))
            else:
                yield self._kept(kind, sent)

    def paths(self) -> set[str]:
        """The files there are."""
        return {str(path) for path in self.folder.iterdir()} if self.folder.is_dir() else set()

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files of this folder; all others are left alone."""
        for path in paths:
            if Path(path).parent == self.folder:
                Path(path).unlink(missing_ok=True)

    def _sent(self, name: str, one: object) -> _Sent | None:
        if isinstance(one, bytes):
            return _Sent(name, one)
        if isinstance(one, str):
            return self._of_address(name, one.strip())
        if isinstance(one, Mapping) and one.keys() <= _NAMED and isinstance(one.get("data"), str):
            given = one.get("name", name)
            return _decoded(_plain_name(given) or name, one["data"]) if isinstance(given, str) else None
        return None

    def _of_address(self, name: str, address: str) -> _Sent:
        if start := _DATA_ADDRESS.match(address):
            body = address[start.end() :]
            if start[0][:-1].lower().endswith(";base64"):
                return _decoded(name, body)
            return _Sent(name, unquote_to_bytes(body))
        if not _WEB_ADDRESS.match(address):
            return _Sent(_plain_name(address) or name, problem="is named, and not sent")
        if self._fetch is None:
            return _Sent(_plain_name(address) or name, problem="is an address, and none are fetched here")
        try:
            return _Sent(_plain_name(address) or name, self._fetch(address))
        except TastemakerError as error:
            return _Sent(_plain_name(address) or name, problem=f"was not fetched ({error.what.rstrip('.')})")

    def _kept(self, kind: MediaKind, sent: _Sent) -> Media:
        problem = sent.problem or self._problem(kind, sent.data)
        if problem:
            return Media(kind, "", sent.name, problem)
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
        found = sniff(data[:HEAD_BYTES])
        wanted = "picture" if kind == "image" else "media"
        if found is not None and found.kind == wanted:
            return None
        allowed = PICTURES if kind == "image" else MEDIA
        return f"is {found.label if found else 'of an unknown type'}, not {allowed}"


def _decoded(name: str, text: str) -> _Sent:
    try:
        return _Sent(name, base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError):
        return _Sent(name, problem="is not proper Base64")


def _plain_name(text: str) -> str:
    """A name to show: its last part, without what cannot be seen."""
    last = clean_text(text[-4 * MAX_NAME_CHARS :].replace("\\", "/").rpartition("/")[2])
    return " ".join(last.split())[-MAX_NAME_CHARS:]


def _write(path: Path, data: bytes) -> None:
    """Write a file that appears only when it is whole."""
    try:
        path.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise WorkspaceError(
            f"The file {path.name[:12]} cannot be kept ({error.strerror}).", "Free some space, and send it again."
        ) from error
