"""One process owns a workspace; the operating system keeps the lock, so a killed owner leaves none behind."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import weakref
from datetime import UTC, datetime
from pathlib import Path

from retrieval.errors import WorkspaceError, WorkspaceLocked


class WorkspaceLock:
    """The lock of one workspace, held from construction until `release`.

    Args:
        path: The lock file; it is created, and left behind empty on release.

    Raises:
        WorkspaceLocked: another process, or this one a second time, holds it. Raised at once, without waiting.
        WorkspaceError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._file = _open(path)
        self._path = path
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.pread(self._file, 4096, 0)
            os.close(self._file)
            if not isinstance(error, BlockingIOError):
                raise _unwritable(path, error) from error
            raise _locked(path, owner) from error
        _held.add(self)
        self._sign()

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._file < 0:
            return
        _held.discard(self)
        os.ftruncate(self._file, 0)
        self.forget()

    def forget(self) -> None:
        """Close this process's handle without touching the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def answers_at(self, address: str) -> None:
        """Tell whoever is refused where this process can be asked instead.

        Raises:
            WorkspaceError: the file cannot be written.
        """
        self._sign(address=address)

    def _sign(self, **more: str) -> None:
        started = datetime.now(UTC).isoformat(timespec="seconds")
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])  # no more: arguments may hold secrets
        owner = json.dumps({"pid": os.getpid(), "started": started, "command": command, **more})
        try:
            # the file is truncated and not replaced: the lock belongs to this very file
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, owner.encode("utf-8", "replace"), 0)
        except OSError as error:
            self.forget()
            raise _unwritable(self._path, error) from error


_held: weakref.WeakSet[WorkspaceLock] = weakref.WeakSet()


def _forget_in_child() -> None:
    # A forked child shares the lock: without this, a child that outlives a killed owner would keep it.
    for lock in list(_held):
        lock.forget()


os.register_at_fork(after_in_child=_forget_in_child)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"The workspace {path.parent} cannot be locked ({error.strerror}).",
        "Check that the folder is yours to write and the disk is not full.",
    )


def _locked(path: Path, owner: bytes) -> WorkspaceLocked:
    address: str | None = None
    try:
        signed = json.loads(owner)
        who = f"process {signed['pid']} (`{signed['command']}`, since {signed['started']})"
        address = signed.get("address")
    except (ValueError, KeyError, TypeError):  # the owner has not signed yet
        who = "another process"
    ask = f"Ask it at {address}, stop it" if address else "Stop that process, wait for it to end"
    return WorkspaceLocked(
        f"The workspace {path.parent} is in use by {who}.", f"{ask}, or name another workspace.", address
    )
