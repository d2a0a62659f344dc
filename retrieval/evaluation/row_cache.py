"""Finished rows, kept in a folder so that a stopped evaluation goes on where it was."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import numpy as np

import retrieval
from retrieval.errors import EvaluationError
from retrieval.evaluation.judging import Judged
from retrieval.files.private import create, make_folder
from retrieval.snapshot import Snapshot

FOLDER = "evaluation"  # in a workspace; single people stand in the figures in it


class RowCache:
    """A folder of finished rows, each under a key that changes with everything that could change the row.

    Args:
        folder: Made when the first row is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: str) -> Judged | None:
        """The row kept under this key; None when there is none, or its file is damaged."""
        try:
            with (self.folder / f"{key}.npz").open("rb") as file, np.load(file, allow_pickle=False) as held:
                return Judged(
                    ids=tuple(held["ids"].tolist()),
                    names=tuple(held["names"].tolist()),
                    values=held["values"],
                    tops=held["tops"].astype(np.intp),
                    scores=held["scores"],
                    n_silent=int(held["n_silent"]),
                )
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
            # whatever is wrong with the file, the row can be made again
            return None

    def keep(self, key: str, row: Judged) -> None:
        """Keep a row; a reader never sees half of one.

        Raises:
            EvaluationError: the folder cannot be written.
        """
        # the process in its name: two evaluations may finish the same row at once
        unfinished = self.folder / f"{key}.{os.getpid()}.part"
        try:
            make_folder(self.folder)
            with create(unfinished) as file:
                np.savez(
                    file,
                    ids=np.array(row.ids, dtype=np.str_),
                    names=np.array(row.names, dtype=np.str_),
                    values=row.values,
                    tops=row.tops,
                    scores=row.scores,
                    n_silent=np.array(row.n_silent),
                )
            unfinished.replace(self.folder / f"{key}.npz")
        except OSError as error:
            raise EvaluationError(
                f"Finished rows cannot be kept in {self.folder}: {error.strerror}.",
                "Free space, or name another folder.",
            ) from error


def key_of(*parts: object) -> str:
    """A name for what these parts and the code of retrieval make together."""
    digest = hashlib.sha256(_code())
    for part in parts:
        digest.update(repr(part).encode())
        # a mark between parts, or `ab`, `c` would be the same as `a`, `bc`
        digest.update(b"\0")
    return digest.hexdigest()[:32]


def fingerprint(snapshot: Snapshot) -> str:
    """Changes when any item or vector does."""
    digest = hashlib.sha256(repr([(item.id, item.title, item.category) for item in snapshot.items]).encode())
    for name, table in sorted(snapshot.tables.items()):
        digest.update(name.encode())
        digest.update(table.starts.tobytes())
        digest.update(np.ascontiguousarray(table.matrix).view(np.uint8).data)
    return digest.hexdigest()


def _code() -> bytes:
    digest = hashlib.sha256()
    # any change of the code may change a figure, and a figure of older code would not be told from a new one
    for path in sorted(Path(retrieval.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
