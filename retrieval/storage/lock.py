"""One process owns a workspace, or several read it.

The operating system keeps the lock, so a killed owner leaves none behind.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sys
import weakref
from datetime import UTC, datetime
from pathlib import Path

from retrieval.errors import WorkspaceError, WorkspaceLocked
from retrieval.files.private import FILE

logger = logging.getLogger(__name__)


class WorkspaceLock:
    """The lock of one workspace, held from construction until `release`.

    Where the file cannot be written nothing else in the workspace can, so several processes may hold it to read.

    Args:
        path: The lock file; it is created, and left behind empty on release.
        shared: Hold it beside others that only read, and keep out whoever writes.

    Attributes:
        unwritable: Why the file cannot be written; None where it can.

    Raises:
        WorkspaceLocked: another process, or this one a second time, holds it. Raised at once, without waiting.
        WorkspaceError: the file cannot be locked.
    """

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        self._path = path
        self.unwritable: str | None = None
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE)
        except OSError as error:
            self.unwritable = error.strerror
            self._file = _open_to_read(path, error)
        self._shared = shared or self.unwritable is not None
        self._take()
        self._sign()

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._file < 0:
            return
        _held.discard(self)
        if not self._shared:  # who only reads has signed nothing
            os.ftruncate(self._file, 0)
        self.forget()

    def forget(self) -> None:
        """Close this process's handle without touching the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def answers_at(self, address: str) -> None:
        """Tell whoever is refused where this process can be asked instead."""
        self._sign(address=address)

    def _take(self) -> None:
        if self._file < 0:
            return
        kind = fcntl.LOCK_SH if self._shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except OSError as error:
            owner = None if self._is_only_read() else os.pread(self._file, 4096, 0)
            self.forget()
            if not isinstance(error, BlockingIOError):
                raise _not_to_be_locked(self._path, error) from error
            raise _locked(self._path, owner) from error
        _held.add(self)

    def _is_only_read(self) -> bool:
        """Whether those who hold it only read; what stands in the file is not about them."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _sign(self, **more: str) -> None:
        if self._shared:
            return
        started = datetime.now(UTC).isoformat(timespec="seconds")
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])  # no more: arguments may hold secrets
        owner = json.dumps({"pid": os.getpid(), "started": started, "command": command, **more})
        try:
            # the file is truncated and not replaced: the lock belongs to this very file
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, owner.encode("utf-8", "replace"), 0)
        except OSError as error:
            # a full disk: who is refused is not told by whom, but the lock holds all the same
            logger.warning("%s cannot be signed (%s).", self._path, error.strerror)


_held: weakref.WeakSet[WorkspaceLock] = weakref.WeakSet()


def _forget_in_child() -> None:
    # A forked child shares the lock: without this, a child that outlives a killed owner would keep it.
    for lock in list(_held):
        lock.forget()


os.register_at_fork(after_in_child=_forget_in_child)


def _open_to_read(path: Path, why: OSError) -> int:
    """The file as it is there; -1 where it is not, but the folder is: then nobody who could write was ever here."""
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        if path.parent.is_dir() and isinstance(error, FileNotFoundError):
            return -1
        raise _not_to_be_locked(path, why) from why


def _not_to_be_locked(path: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"The workspace {path.parent} cannot be locked ({error.strerror}).",
        "Check that the folder is yours to write and the disk is not full.",
    )


def _locked(path: Path, owner: bytes | None) -> WorkspaceLocked:
    """The refusal; without an owner it is read by somebody, who may not be disturbed."""
    if owner is None:
        return WorkspaceLocked(
            f"The workspace {path.parent} is being read by another command.",
            "Wait for that command to end, or name another workspace.",
        )
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
