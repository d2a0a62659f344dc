"""The SQLite file: how it is opened, looked through, and brought to the present format."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from retrieval.errors import WorkspaceDamaged, WorkspaceError, WorkspaceNewer
from retrieval.storage.checksums import register, unsound_rows
from retrieval.storage.database_errors import PUT_BACK, database_errors
from retrieval.storage.migrations import MIGRATIONS, WITH_CHECKSUMS

logger = logging.getLogger(__name__)

APPLICATION_ID = 0x54535452  # "TSTR", tells our file from any other SQLite file


def connect(
    path: Path, *, read_only: bool = False, trusted: bool = True, migrations: Sequence[str] = MIGRATIONS
) -> sqlite3.Connection:
    """Open the database, creating or migrating it where needed.

    Args:
        path: The file.
        read_only: Do not write to it; there is somebody who does.
        trusted: Whether it is known to be as it was left. If not it is read through first.
        migrations: What makes a database of nothing.

    Raises:
        WorkspaceNewer: it was written by a newer version.
        WorkspaceDamaged: it is not as it was written.
        WorkspaceError: it cannot be opened, or is something else.
    """
    with database_errors(path):
        # a URI, since only it can say that a file must not be written, or must be there already
        db = open_file(f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}")
        try:
            _check_identity(db, path)
            if not trusted:
                check_soundness(db, path)
            _configure(db)
            _migrate(db, path, migrations)
            # not before: a migration may write a table anew that others refer to
            db.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            db.close()
            raise
        return db


def connect_unwritable(path: Path, *, trusted: bool = True) -> sqlite3.Connection:
    """Open for reading a database that cannot be written, as its disk is full or its folder belongs to somebody else.

    Raises:
        WorkspaceDamaged: it is not as it was written.
        WorkspaceError: it cannot be opened in this way either.
    """
    with database_errors(path):
        db = _connect_in_place(path) or _connect_copy(path)
        try:
            _check_identity(db, path)
            if not trusted:
                check_soundness(db, path)
        except BaseException:
            db.close()
            raise
        return db


def open_file(address: str) -> sqlite3.Connection:
    """A connection that knows the functions which our tables are made with."""
    db = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA busy_timeout = 500")
    register(db)
    return db


def has_log(path: Path) -> bool:
    """Whether changes stand beside the database that are not in it yet."""
    log = log_of(path)
    return log.is_file() and log.stat().st_size > 0


def is_current(path: Path) -> bool:
    """Whether a database that is not being written to has the present format."""
    try:
        with closing(open_file(f"{path.absolute().as_uri()}?mode=ro&immutable=1")) as db:
            return schema_version(db) == len(MIGRATIONS)
    except sqlite3.DatabaseError:
        return False  # whoever opens it says why


def log_of(path: Path) -> Path:
    """Where SQLite writes what is not in the database yet."""
    return path.with_name(f"{path.name}-wal")


def damage(db: sqlite3.Connection) -> str | None:
    """What is not as it was written, in words, or None. Reads the whole file."""
    report: str = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if report != "ok":
        return report
    if db.execute("PRAGMA foreign_key_check").fetchone():
        return "rows are missing that others refer to"
    return unsound_rows(db) if schema_version(db) >= WITH_CHECKSUMS else None


def check_soundness(db: sqlite3.Connection, path: Path) -> None:
    """Read the whole database.

    Raises:
        WorkspaceDamaged: something in it is not as it was written.
    """
    if fault := damage(db):
        raise WorkspaceDamaged(f"{path} is damaged ({fault}).", PUT_BACK)


def schema_version(db: sqlite3.Connection) -> int:
    """How many migrations the file has seen."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _connect_in_place(path: Path) -> sqlite3.Connection | None:
    # immutable: SQLite asks for no lock, which it could not take; it would also pass over a log
    db = open_file(f"{path.absolute().as_uri()}?mode=ro{'' if has_log(path) else '&immutable=1'}")
    try:
        if schema_version(db) == len(MIGRATIONS):
            return db
    except sqlite3.OperationalError as error:
        # a log is read only where there is, or may be, a file beside it that SQLite shares
        logger.info("%s is read from a copy: %s.", path, error)
    db.close()
    return None


def _connect_copy(path: Path) -> sqlite3.Connection:
    with TemporaryDirectory(prefix="tastemaker-") as folder:
        copy = Path(folder) / path.name
        for source in filter(Path.is_file, (path, log_of(path))):
            shutil.copyfile(source, copy.with_name(source.name))
        db = connect(copy)
        # the names of the copy go at once: what is open needs none, and a killed process leaves nothing behind
        db.execute("PRAGMA query_only = ON")
        return db


def _configure(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    # what was reported done is on the disk, whatever happens to the machine a moment later
    db.execute("PRAGMA synchronous = FULL")
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
