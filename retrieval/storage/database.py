"""The SQLite file: how it is opened, its tables, and what its errors mean to a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from retrieval.errors import WorkspaceError, WorkspaceNewer

APPLICATION_ID = 0x54535452  # "TSTR", tells our file from any other SQLite file

# One script per schema version, applied in order. A released script never changes; a new one is added.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE items (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        digest TEXT NOT NULL,
        body TEXT NOT NULL
    );
    CREATE TABLE descriptions (
        media TEXT NOT NULL,
        origin TEXT NOT NULL,
        version TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (media, origin, version)
    ) WITHOUT ROWID;
    CREATE TABLE item_descriptions (
        item INTEGER NOT NULL REFERENCES items (seq) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        media TEXT NOT NULL,
        origin TEXT NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (item, position),
        FOREIGN KEY (media, origin, version) REFERENCES descriptions (media, origin, version)
    ) WITHOUT ROWID;
    CREATE INDEX item_descriptions_by_media ON item_descriptions (media, origin, version);
    CREATE TABLE channels (
        name TEXT PRIMARY KEY,
        model TEXT NOT NULL,
        dim INTEGER NOT NULL,
        searchable INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE vectors (
        id INTEGER PRIMARY KEY,
        model TEXT NOT NULL,
        content TEXT NOT NULL,
        data BLOB NOT NULL,
        UNIQUE (model, content)
    );
    CREATE TABLE item_vectors (
        channel TEXT NOT NULL REFERENCES channels (name),
        item INTEGER NOT NULL REFERENCES items (seq) ON DELETE CASCADE,
        part INTEGER NOT NULL,
        vector INTEGER NOT NULL REFERENCES vectors (id),
        PRIMARY KEY (channel, item, part)
    ) WITHOUT ROWID;
    CREATE INDEX item_vectors_by_item ON item_vectors (item);
    CREATE INDEX item_vectors_by_vector ON item_vectors (vector);
    CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        channel TEXT NOT NULL,
        item TEXT,
        parts INTEGER NOT NULL
    );
    CREATE INDEX outbox_by_item ON outbox (channel, item);
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE blobs (name TEXT PRIMARY KEY, value BLOB NOT NULL);
    """,
    # Items are named by id, not by seq: events of items that are not ingested yet wait for them.
    """
    CREATE TABLE interactions (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        user TEXT NOT NULL,
        item TEXT NOT NULL,
        kind TEXT NOT NULL,
        value REAL,
        at_s REAL
    );
    CREATE UNIQUE INDEX interactions_once ON interactions (user, item, kind, coalesce(at_s, -1e300));
    CREATE INDEX interactions_by_item ON interactions (item);
    """,
    # Forgetting a person erases their rows from every table that has a column `user`: name it so in new tables.
    """
    ALTER TABLE interactions ADD COLUMN reason TEXT;
    CREATE TABLE opted_out (user TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
    """
    CREATE TABLE turns (
        conversation TEXT NOT NULL,
        number INTEGER NOT NULL,
        user TEXT,
        body TEXT NOT NULL,
        PRIMARY KEY (conversation, number)
    ) WITHOUT ROWID;
    CREATE INDEX turns_by_user ON turns (user);
    """,
    """
    CREATE TABLE exchanges (
        conversation TEXT NOT NULL,
        number INTEGER NOT NULL,
        user TEXT,
        title TEXT NOT NULL,
        at_s REAL NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (conversation, number)
    ) WITHOUT ROWID;
    CREATE INDEX exchanges_by_user ON exchanges (user, at_s);
    """,
)

_AGAIN = "Then run the same command again; everything reported as done is still there."
_MEANING: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: ("The disk is full: {path} cannot grow.", f"Free some space. {_AGAIN}"),
    sqlite3.SQLITE_IOERR: (
        "{path} cannot be read or written ({error}).",
        f"Check the disk, its free space and its limits. {_AGAIN}",
    ),
    sqlite3.SQLITE_READONLY: ("{path} is read-only.", f"Give yourself the right to write it. {_AGAIN}"),
    sqlite3.SQLITE_PERM: ("{path} may not be opened.", f"Give yourself the right to read and write it. {_AGAIN}"),
    sqlite3.SQLITE_CANTOPEN: (
        "{path} cannot be opened ({error}).",
        "Check that its folder exists and that you may write there.",
    ),
    sqlite3.SQLITE_BUSY: ("{path} is in use by another program.", f"Close that program. {_AGAIN}"),
    sqlite3.SQLITE_CORRUPT: (
        "{path} is damaged ({error}).",
        "Put a copy back, or delete the workspace and run `tastemaker ingest` again.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "{path} is not a Tastemaker database.",
        "Put a copy back, or delete the workspace and run `tastemaker ingest` again.",
    ),
}


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into sentences; errors about our own SQL pass through.

    Raises:
        WorkspaceError: the disk is full, or the file is read-only, in use, unreadable or damaged.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary not in _MEANING:
            raise
        what, hint = _MEANING[primary]
        raise WorkspaceError(what.format(path=path, error=error), hint) from error


def connect(path: Path, *, read_only: bool = False, migrations: Sequence[str] = MIGRATIONS) -> sqlite3.Connection:
    """Open the database, creating or migrating it where needed.

    Raises:
        WorkspaceNewer: it was written by a newer version.
        WorkspaceError: it cannot be opened, or is something else.
    """
    with database_errors(path):
        mode = "ro" if read_only else "rwc"
        db = sqlite3.connect(
            # a URI, since only it can say that a file must not be written, or must be there already
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _configure(db)
            _check_identity(db, path)
            _migrate(db, path, migrations)
        except BaseException:
            db.close()
            raise
        return db


def schema_version(db: sqlite3.Connection) -> int:
    """How many migrations the file has seen."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _configure(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA busy_timeout = 500")
    db.execute("PRAGMA journal_mode = WAL")
    # what was reported done is on the disk, whatever happens to the machine a moment later
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    # erased people and items leave no text behind in free pages
    db.execute("PRAGMA secure_delete = ON")


def _check_identity(db: sqlite3.Connection, path: Path) -> None:
    identity = db.execute("PRAGMA application_id").fetchone()[0]
    # a new file has no identity yet, and nothing in it that could be harmed
    is_empty = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if identity != APPLICATION_ID and not is_empty:
        raise WorkspaceError(f"{path} is a database of another program.", "Name another folder as the workspace.")


def _migrate(db: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    version = schema_version(db)
    if version > len(migrations):
        raise WorkspaceNewer(
            f"The workspace {path.parent} has format {version}; this version reads formats up to {len(migrations)}.",
            "Upgrade Tastemaker (`pip install -U tastemaker`), or name another workspace.",
        )
    # a file that is new holds nothing worth a copy
    if 0 < version < len(migrations):
        _back_up(db, path.with_name(f"{path.name}.format-{version}.bak"))
    for number in range(version, len(migrations)):
        _apply(db, migrations[number], number + 1)


def _back_up(db: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        db.backup(copy)


def _apply(db: sqlite3.Connection, script: str, version: int) -> None:
    # one script with the number of the format in it: a migration that is killed leaves the older format whole
    try:
        db.executescript(
            f"BEGIN IMMEDIATE; PRAGMA application_id = {APPLICATION_ID}; {script};"
            f"PRAGMA user_version = {version}; COMMIT;"
        )
    except sqlite3.DatabaseError:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
