"""Files and folders that only their owner may read and write, whatever the umask of the process says."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

logger = logging.getLogger(__name__)

FILE, FOLDER = 0o600, 0o700


def create(path: Path, *, new: bool = False) -> BinaryIO:
    """A file to write, emptied where it is there already.

    Args:
        new: Refuse a file that is there.

    Raises:
        OSError: it cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_EXCL if new else os.O_TRUNC)
    return os.fdopen(os.open(path, flags, FILE), "wb")


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8.

    Raises:
        OSError: it cannot be written.
    """
    with create(path) as file:
        file.write(text.encode())


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing; one that is there stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    for missing in reversed([above for above in (path, *path.parents) if not above.exists()]):
        missing.mkdir(mode=FOLDER, exist_ok=True)
    path.mkdir(exist_ok=True)  # where a file of that name is in the way, this says so


def shut(path: Path, *, deep: bool = True) -> None:
    """Take all rights to a file, or to a folder and everything in it, from everybody but the owner.

    Links are left alone: what they lead to is somebody else's. Where rights cannot be changed, as of files of another
    owner or on file systems that know none, the log says so.

    Args:
        deep: Of a folder, also what is in it.
    """
    for entry in _within(path) if deep else [str(path)]:
        try:
            _shut(entry)
        except FileNotFoundError:  # it has gone meanwhile, as logs of databases do
            continue
        except OSError as error:
            logger.warning("Others may read %s: its rights cannot be changed (%s).", path, error.strerror)
            return


def _within(path: Path) -> Iterator[str]:
    yield str(path)
    for folder, folders, files in os.walk(path):
        yield from (os.path.join(folder, name) for name in (*folders, *files))  # noqa: PTH118 - the hot path


def _shut(entry: str) -> None:
    mode = os.lstat(entry).st_mode
    # taken away and never given: what its owner does not want to be written stays so
    wanted = stat.S_IMODE(mode) & (FOLDER if stat.S_ISDIR(mode) else FILE)
    if not stat.S_ISLNK(mode) and stat.S_IMODE(mode) != wanted:
        os.chmod(entry, wanted)  # noqa: PTH101 - the hot path


__all__ = ["create", "make_folder", "shut", "write_text"]
