"""The media files of a catalog: found inside its folder, or a plain word on why not."""

from __future__ import annotations

import html
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from retrieval.catalog.cells import media_names_of
from retrieval.catalog.problems import Flaw, shown
from retrieval.items import Media, MediaKind

ENDINGS: dict[MediaKind, frozenset[str]] = {
    "image": frozenset({"jpg", "jpeg", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "avif"}),
    "audio": frozenset(
        {"wav", "mp3", "ogg", "oga", "opus", "flac", "m4a", "aac", "weba", "wma", "aif", "aiff", "aifc", "amr"}
    ),
    "video": frozenset({"mp4", "m4v", "mov", "mkv", "webm", "avi", "ogv", "mpg", "mpeg", "vob", "gif", "3gp"}),
}
_NOUN: dict[MediaKind, str] = {"image": "picture", "audio": "sound", "video": "video"}
# What people have and nothing here decodes, told by name before anything is opened.
UNREADABLE: dict[str, str] = {
    **dict.fromkeys(("heic", "heif", "hif"), "a HEIC picture"),
    **dict.fromkeys(("jp2", "j2k", "jpx"), "a JPEG 2000 picture"),
    **dict.fromkeys(("dng", "cr2", "cr3", "nef", "arw", "orf", "rw2"), "a camera's raw picture"),
    **{"jxl": "a JPEG XL picture", "svg": "an SVG drawing", "ico": "an icon", "psd": "a Photoshop document"},
    **{"pdf": "a PDF document", "eps": "a PostScript document", "ai": "an Illustrator document"},
    **dict.fromkeys(("mid", "midi"), "MIDI notes"),
    **{"ra": "RealAudio", "ape": "Monkey's Audio sound", "wv": "WavPack sound", "au": "AU sound", "caf": "CAF sound"},
    **dict.fromkeys(("rm", "rmvb"), "RealMedia video"),
    **dict.fromkeys(("mts", "m2ts", "ts"), "an MPEG transport stream"),
    **{"wmv": "Windows Media video", "flv": "Flash video", "f4v": "Flash video", "swf": "a Flash film"},
}
_SAVED_AS: dict[MediaKind, str] = {"image": "JPEG or PNG", "audio": "MP3 or WAV", "video": "MP4"}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_DRIVE = re.compile(r"[A-Za-z]:")
_NAME_LIMIT = 1024
ADDRESS = "is an address, not a file"  # why a medium is not used
_WEB = re.compile(r"(?:https?:)?//(?=[^/\s])", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;|]+(?=(?:https?:)?//[^/\s])", re.IGNORECASE)

Fetched = Callable[[MediaKind, str], Media]


class MediaFolder:
    """Finds media by the names a catalog gives them, and never leaves the catalog's folder.

    Args:
        root: The catalog's folder.
        fetched: Gives the medium behind a web address; without it addresses cannot be used.
    """

    hint = "Put it into the catalog's folder and name it relative to the catalog; --fetch-media fetches web addresses."

    def __init__(self, root: Path, fetched: Fetched | None = None) -> None:
        self._fetched = fetched
        self._root = os.path.realpath(root)
        # resolving links asks the system once for each part of a path, and a catalog's files share few folders
        self._real_folders: dict[str, str] = {}

    def media(self, column: str, kind: MediaKind, raw: object, flaws: list[Flaw]) -> Iterator[Media]:
        """The media that a cell names; of several web addresses in one text, each."""
        for name in media_names_of(column, raw, flaws):
            if self._fetched is not None and _WEB.match(name.strip()):
                yield from (self._fetched(kind, address) for address in _addresses(name))
            else:
                yield self.find(kind, name)

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


def _addresses(text: str) -> Iterator[str]:
    """The web addresses that a text holds, as they are meant: shops leave `https:` away, or write blanks."""
    for part in _BETWEEN.split(html.unescape(text.strip())):
        address = part.strip(" \t\r\n,;|")
        yield ("https:" if address.startswith("//") else "") + "%20".join(address.split())


def _problem_of_name(kind: MediaKind, name: str) -> str | None:
    if "\0" in name or not name.isprintable():
        return "has a name with invisible characters"
    if len(name) > _NAME_LIMIT:
        return f"has a name longer than {_NAME_LIMIT} characters"
    if _DRIVE.match(name) or name.startswith(("/", "\\", "~")):
        return "has an absolute path"
    if _ADDRESS.match(name):
        return ADDRESS
    ending = name.rpartition("/")[2].rpartition(".")
    return _problem_of_ending(kind, ending[2]) if ending[1] else None


def _problem_of_ending(kind: MediaKind, ending: str) -> str | None:
    if ending.lower() in ENDINGS[kind]:
        return None
    if ending.lower() in UNREADABLE:
        return f"is {UNREADABLE[ending.lower()]}, which cannot be decoded here; save it as {_SAVED_AS[kind]}"
    return f"is not a {_NOUN[kind]} by its ending {shown('.' + ending, 20)}"
