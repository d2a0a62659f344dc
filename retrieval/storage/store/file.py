"""The SQLite file as all parts of the store use it: one lock, and transactions that are whole or nothing."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from retrieval.errors import WorkspaceUnwritable
from retrieval.storage import opening
from retrieval.storage.database import connect, connect_unwritable, damage, has_log, schema_version
from retrieval.storage.database_errors import database_errors
from retrieval.storage.ledger import Ledger

logger = logging.getLogger(__name__)


class StoreFile:
    """One SQLite file. Every method that writes is one transaction: when it returns, the change is on disk.

    Usable from several threads of one process. Every method raises `WorkspaceUnwritable` when the disk is full or the
    file cannot be read or written, and nothing is then half written; `WorkspaceDamaged` when what is to be read is
    not what was written.

    Attributes:
        path: The file.
        note: What was found and mended when it was opened, in words, or None.
    """

    def __init__(
        self, db: sqlite3.Connection, path: Path, ledger: Ledger | None = None, note: str | None = None
    ) -> None:
        self.path = path
        self.note = note
        self._db = db
        self._ledger = ledger
        # may be entered again: methods call one another, and `steady` is held around several of them
        self._lock = threading.RLock()
        self._n_erasures = 0

    @classmethod
    def open(cls, path: Path, *, traces: tuple[Path, ...] = ()) -> Self:
        """Open or create the database file. One that is not as it was closed last is read through.

        Args:
            path: The file.
            traces: What lies beside a database that holds something; where any is there, none is created.

        Raises:
            WorkspaceNewer: it was written by a newer version.
            WorkspaceDamaged: it is not what was written, or not all of it.
            WorkspaceError: it cannot be opened.
        """
        ledger = Ledger(path)
        opening.check_presence(path, ledger, traces)
        with database_errors(path):
            is_as_left = path.exists() and opening.is_as_left(path, ledger)
            db = connect(path, trusted=is_as_left or not path.exists())
            try:
                note = None if is_as_left else opening.check_completeness(path, ledger, opening.state_of(db))
                if not is_as_left or has_log(path):  # a migration begins a log
                    ledger.begin(opening.state_of(db))
            except BaseException:
                db.close()
                raise
        return cls(db, path, ledger, note)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open a file that somebody else is writing to.

        Raises:
            WorkspaceNewer: it was written by a newer version.
            WorkspaceError: it cannot be opened.
        """
        return cls(connect(path, read_only=True), path)

    @classmethod
    def read_unwritable(cls, path: Path) -> Self:
        """Open a file that cannot be written; its methods that write raise `WorkspaceUnwritable`.

        Raises:
            WorkspaceDamaged: it is not what was written, or not all of it.
            WorkspaceError: it cannot be opened.
        """
        ledger = Ledger(path)
        opening.check_presence(path, ledger)
        if not opening.has_content(path):
            raise WorkspaceUnwritable(f"{path} cannot be made.", "Name a folder that you may write to.")
        with database_errors(path):
            is_as_left = opening.is_as_left(path, ledger)
            db = connect_unwritable(path, trusted=is_as_left)
            try:
                note = None if is_as_left else opening.check_completeness(path, ledger, opening.state_of(db))
            except BaseException:
                db.close()
                raise
        return cls(db, path, note=note)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock, database_errors(self.path):
            self._db.close()
            if self._ledger is not None:
                # what SQLite could not bring into the file is still beside it
                (self._ledger.abandon if has_log(self.path) else self._ledger.close)()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def schema_version(self) -> int:
        """Format of the file."""
        with self._reading() as db:
            return schema_version(db)

    def damage(self) -> str | None:
        """What is not as it was written, in words, or None. Reads the whole file."""
        with self._reading() as db:
            return damage(db)

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Keep everybody from writing meanwhile, so that all that is read in here is of one state."""
        with self._lock:
            yield

    def _empty_log(self) -> None:
        with self._reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # or erased text would live on in it

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, database_errors(self.path):
            yield self._db

    @contextmanager
    def _erasing(self) -> Iterator[sqlite3.Connection]:
        with self._transaction() as db:
            self._n_erasures += 1
            yield db

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as db:
            # takes the right to write at once; a reader that wants it later could be refused half way
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                n = self._count(db)
                db.execute("COMMIT")
            finally:
                if db.in_transaction:  # not committed, and SQLite has not rolled back by itself
                    db.execute("ROLLBACK")
            if self._ledger is not None:
                self._ledger.acknowledge(n)

    def _count(self, db: sqlite3.Connection) -> int:
        """The number of the transaction that is about to be committed."""
        if self._ledger is not None and not self._ledger.is_open:
            # before the first one, and not after: what is killed in between is to be looked through
            self._ledger.begin(opening.state_of(db))
        n: int = db.execute("UPDATE ledger SET transactions = transactions + 1 RETURNING transactions").fetchone()[0]
        return n
