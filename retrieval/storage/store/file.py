"""The SQLite file as all parts of the store use it: one lock, and transactions that are whole or nothing."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from retrieval.storage.database import connect, database_errors, schema_version


class StoreFile:
    """One SQLite file. Every method that writes is one transaction: when it returns, the change is on disk.

    Usable from several threads of one process. Every method raises `WorkspaceError` when the disk is full or the
    file cannot be read or written; nothing is then half written.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._db = db
        # may be entered again: methods call one another, and `steady` is held around several of them
        self._lock = threading.RLock()
        self._n_erasures = 0

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open or create the database file.

        Raises:
            WorkspaceNewer: it was written by a newer version.
            WorkspaceError: it cannot be opened.
        """
        return cls(connect(path, read_only=read_only), path)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock, database_errors(self.path):
            self._db.close()

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
        """What SQLite's own check finds wrong with the file, or None. Reads the whole file."""
        with self._reading() as db:
            report: str = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        return None if report == "ok" else report

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
                db.execute("COMMIT")
            finally:
                if db.in_transaction:  # not committed, and SQLite has not rolled back by itself
                    db.execute("ROLLBACK")
