"""Rows that belong to one person, in whatever table they stand: kept out, and erased."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from retrieval.storage import events, reviews
from retrieval.storage.checksums import COLUMNS, sound
from retrieval.storage.database import open_file


def opt_out(db: sqlite3.Connection, user: str, out: bool) -> None:
    """Note whether a person has opted out; what was learned from everybody is learned anew when that changes."""
    if out == opted_out(db, user):
        return
    reviews.let_go(db, reviews.names_of(db, user))
    if out:
        db.execute("INSERT INTO opted_out (user) VALUES (?)", (user,))
    else:
        db.execute("DELETE FROM opted_out WHERE user = ?", (user,))
    # the models know their events, or lack them: either way they are of another crowd now
    events.forget_learned(db)


def opted_out(db: sqlite3.Connection, user: str) -> bool:
    """Whether a person has opted out."""
    return db.execute("SELECT 1 FROM opted_out WHERE user = ?", (user,)).fetchone() is not None


def forget(db: sqlite3.Connection, user: str) -> dict[str, int]:
    """Erase a person's rows from every table with a column `user`, and what was learned from people.

    Returns:
        Rows erased by table; tables that held none are left out.
    """
    names, held = reviews.names_of(db, user), _tables(db)
    if "reviews" in held:  # which a copy of an older format lacks
        reviews.let_go(db, names)
    erased = {table: sum(_erase(db, table, name) for name in names) for table in held}
    # models are learned from events alone
    if erased.get("interactions"):
        events.forget_learned(db)
    return {table: n for table, n in erased.items() if n}


def rows_of(db: sqlite3.Connection, user: str) -> dict[str, list[dict[str, object]]]:
    """All that stands under a person's name, by table, each row by column; tables that hold nothing are left out."""
    rows_by_table = {}
    for table in _tables(db):
        of_table = ", ".join(f'"{name}"' for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,)))
        whole = sound(table) if table in COLUMNS else "TRUE"
        names = reviews.names_of(db, user)
        cursor = db.execute(
            f'SELECT {of_table} FROM "{table}" WHERE user IN ({", ".join("?" * len(names))}) AND {whole}',  # noqa: S608
            names,
        )
        columns = [column[0] for column in cursor.description]
        rows_by_table[table] = [dict(zip(columns, row, strict=True)) for row in cursor]
    return {table: rows for table, rows in rows_by_table.items() if rows}


def forget_in_backup(path: Path, user: str) -> None:
    """Erase a person from a copy of the database that a migration made, in whatever format it is."""
    with closing(open_file(path.absolute().as_uri())) as db:
        db.execute("PRAGMA journal_mode = DELETE")  # the copy of a file with a log would begin one of its own
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")
        if forget(db, user):
            db.execute("VACUUM")


def _tables(db: sqlite3.Connection) -> list[str]:
    tables = db.execute(
        """SELECT tables.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
           WHERE tables.type = 'table' AND columns.name = 'user' ORDER BY tables.name"""
    )
    return [name for (name,) in tables]


def _erase(db: sqlite3.Connection, table: str, user: str) -> int:
    return db.execute(f'DELETE FROM "{table}" WHERE user = ?', (user,)).rowcount  # noqa: S608 (a name of ours)
