"""What SQLite's errors about a file mean to a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import WorkspaceDamaged, WorkspaceError, WorkspaceUnwritable

PUT_BACK = "Put a copy back, or delete the workspace and run `tastemaker ingest` again."

_AGAIN = "Then run the same command again; everything reported as done is still there."
_Meaning = tuple[type[WorkspaceError], str, str]
_MEANING: dict[int, _Meaning] = {
    sqlite3.SQLITE_FULL: (
        WorkspaceUnwritable,
        "The disk is full: {path} cannot grow.",
        f"Free some space. {_AGAIN}",
    ),
    sqlite3.SQLITE_IOERR: (
        WorkspaceUnwritable,
        "{path} cannot be read or written ({error}).",
        f"Check the disk, its free space and its limits. {_AGAIN}",
    ),
    sqlite3.SQLITE_READONLY: (
        WorkspaceUnwritable,
        "{path} is read-only.",
        f"Free some space, or give yourself the right to write it. {_AGAIN}",
    ),
    sqlite3.SQLITE_PERM: (
        WorkspaceError,
        "{path} may not be opened.",
        f"Give yourself the right to read and write it. {_AGAIN}",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        WorkspaceUnwritable,
        "{path} cannot be opened ({error}).",
        "Check that its folder exists and that you may write there.",
    ),
    sqlite3.SQLITE_BUSY: (WorkspaceError, "{path} is in use by another program.", f"Close that program. {_AGAIN}"),
    sqlite3.SQLITE_CORRUPT: (WorkspaceDamaged, "{path} is damaged ({error}).", PUT_BACK),
    sqlite3.SQLITE_NOTADB: (WorkspaceDamaged, "{path} is not a Tastemaker database.", PUT_BACK),
}
# SQLite has no number for a row whose checksum does not fit, nor for text that is none any more
_UNSOUND = ("user-defined function raised exception", "Could not decode to UTF-8")


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into sentences; errors about our own SQL pass through.

    Raises:
        WorkspaceDamaged: what is there is not what was written.
        WorkspaceUnwritable: the disk is full, or the file cannot be read or written.
        WorkspaceError: the file is in use, or not to be opened.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        kind, what, hint = _meaning(error)
        raise kind(what.format(path=path, error=error), hint) from error


def _meaning(error: sqlite3.DatabaseError) -> _Meaning:
    if str(error).startswith(_UNSOUND):
        return WorkspaceDamaged, "{path} is damaged (a row is not as it was written).", PUT_BACK
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary not in _MEANING:
        raise error
    return _MEANING[primary]
