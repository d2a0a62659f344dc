"""The media files of a catalog: found inside its folder, or a plain word on why not."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from retrieval.catalog.cells import media_names_of
from retrieval.catalog.problems import Flaw, shown
from retrieval.items import Media, MediaKind

ENDINGS: dict[MediaKind, frozenset[str]] = {
    "image": frozenset({"jpg", "jpeg", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff"}),
    "audio": frozenset({"wav", "mp3", "ogg", "oga", "opus", "flac", "m4a", "aac", "weba", "wma", "aif", "aiff"}),
    "video": frozenset({"mp4", "m4v", "mov", "mkv", "webm", "avi", "ogv", "mpg", "mpeg", "gif", "3gp"}),
}
_NOUN: dict[MediaKind, str] = {"image": "picture", "audio": "sound", "video": "video"}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_DRIVE = re.compile(r"[A-Za-z]:")
_NAME_LIMIT = 1024


class MediaFolder:
    """Finds media by the names a catalog gives them, and never leaves the catalog's folder."""

    hint = "Put the file into the catalog's folder and name it relative to the catalog."

    def __init__(self, root: Path) -> None:
        self._root = os.path.realpath(root)
        # resolving links asks the system once for each part of a path, and a catalog's files share few folders
        self._real_folders: dict[str, str] = {}

    def media(self, column: str, kind: MediaKind, raw: object, flaws: list[Flaw]) -> Iterator[Media]:
        """The media that a cell names."""
        return (self.find(kind, name) for name in media_names_of(column, raw, flaws))

    def find(self, kind: MediaKind, name: str) -> Media:
        """The medium of that name; its `problem` says why it cannot be used, if so."""
        problem = _problem_of_name(kind, name)
        if problem is None:
            path = os.path.normpath(os.path.join(self._root, name.replace("\\", "/")))  # noqa: PTH118 - the hot path
            problem = self._problem_of_path(path)
            if problem is None:
                return Media(kind, path, name)
        return Media(kind, "", name, problem)

    def _problem_of_path(self, path: str) -> str | None:
        if not self._inside(path):
            return "leads out of the catalog's folder"
        try:
            # the link itself first: what it leads to is looked at only where that lies inside the folder
            info = os.lstat(path)
            if stat.S_ISLNK(info.st_mode):
                if not self._inside(os.path.realpath(path)):
                    return "is a link out of the catalog's folder"
                info = os.stat(path)  # noqa: PTH116 - the hot path
            if not self._inside(self._real_folder(path)):
                return "is behind a link out of the catalog's folder"
        except FileNotFoundError:
            return "is missing"
        except OSError as error:
            return f"cannot be reached ({error.strerror})"
        if stat.S_ISDIR(info.st_mode):
            return "is a folder"
        if not stat.S_ISREG(info.st_mode):
            return "is not a regular file"
        return None if info.st_size else "is empty"

    def _inside(self, path: str) -> bool:
        return path == self._root or path.startswith(self._root.rstrip("/") + "/")

    def _real_folder(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        if folder not in self._real_folders:
            self._real_folders[folder] = os.path.realpath(folder)
        return self._real_folders[folder]


def _problem_of_name(kind: MediaKind, name: str) -> str | None:
    if "\0" in name or not name.isprintable():
        return "has a name with invisible characters"
    if len(name) > _NAME_LIMIT:
        return f"has a name longer than {_NAME_LIMIT} characters"
    if _DRIVE.match(name) or name.startswith(("/", "\\", "~")):
        return "has an absolute path"
    if _ADDRESS.match(name):
        return "is an address, not a file"
    ending = name.rpartition("/")[2].rpartition(".")
    if ending[1] and ending[2].lower() not in ENDINGS[kind]:
        return f"is not a {_NOUN[kind]} by its ending {shown('.' + ending[2], 20)}"
    return None
