"""Whether the index folder is, byte for byte, as the last clean close left it."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retrieval.files.private import create

NAME = "tastemaker-index.json"
_FORMAT = 1


def write_manifest(folder: Path, seal: str) -> None:
    """Record the folder's files and the seal of the database they agree with.

    Raises:
        OSError: the folder cannot be read or written.
    """
    draft = folder / f"{NAME}.new"
    with create(draft) as out:
        out.write(json.dumps(_describe(folder, seal)).encode())
        out.flush()
        # on the disk before it gets its name, or a crash could leave a manifest of nothing
        os.fsync(out.fileno())
    draft.replace(folder / NAME)


def remove_manifest(folder: Path) -> None:
    """Say that the folder is in use; until `write_manifest` it counts as not cleanly closed."""
    (folder / NAME).unlink(missing_ok=True)


def has_manifest(folder: Path) -> bool:
    """Whether the folder was closed cleanly."""
    return (folder / NAME).is_file()


def difference(folder: Path, seal: str) -> str | None:
    """What differs from the manifest, in words; None when nothing does.

    Raises:
        OSError: the folder cannot be read.
    """
    try:
        recorded = json.loads((folder / NAME).read_text("utf-8"))
    except ValueError:
        return "its manifest is unreadable"
    present = _describe(folder, seal)
    if not isinstance(recorded, dict) or recorded.keys() != present.keys():
        return "its manifest is unreadable"
    if (recorded["format"], recorded["chromadb"]) != (present["format"], present["chromadb"]):
        return f"it was written with Chroma {recorded['chromadb']}, and this is {present['chromadb']}"
    if recorded["seal"] != present["seal"]:
        return "it belongs to another state of the database"
    if recorded["files"] != present["files"]:
        return "its files have changed since it was closed"
    return None


def _describe(folder: Path, seal: str) -> dict[str, Any]:
    files = {
        str(path.relative_to(folder)): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(NAME)
    }
    return {"format": _FORMAT, "chromadb": version("chromadb"), "seal": seal, "files": files}


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
