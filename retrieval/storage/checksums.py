"""Every row keeps a checksum of what it holds: a row that is not as it was written is never read as if it were."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType
from zlib import crc32

# What the checksum of a row is made of, as in the last migration that changed it.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "items": ("id", "digest", "body"),
        "descriptions": ("media", "origin", "version", "body"),
        "item_descriptions": ("item", "position", "media", "origin", "version"),
        "channels": ("name", "model", "dim", "searchable"),
        "vectors": ("model", "content", "data"),
        "item_vectors": ("channel", "item", "part", "vector"),
        "outbox": ("channel", "item", "parts"),
        "settings": ("name", "value"),
        "blobs": ("name", "value"),
        "interactions": ("user", "item", "kind", "value", "at_s", "reason"),
        "opted_out": ("user",),
        "turns": ("conversation", "number", "user", "body"),
        "exchanges": ("conversation", "number", "user", "title", "at_s", "body"),
        "reviews": ("key", "user", "item", "stars", "top", "title", "text", "at_s"),
        "review_digests": ("item", "body", "stale"),
        "ledger": ("workspace", "transactions"),
        "item_points": ("item", "part", "media", "data"),
    }
)

_Cell = str | bytes | int | float | None


class UnsoundRow(ValueError):
    """A row is not as it was written."""


def register(db: sqlite3.Connection) -> None:
    """Give a connection the functions that the tables' definitions, and `sound`, call."""
    db.execute("PRAGMA trusted_schema = ON")  # the definition of a table may call them
    db.create_function("checksum", -1, checksum, deterministic=True)
    db.create_function("sound", -1, _sound, deterministic=True)


def checksum(*cells: _Cell) -> int:
    """CRC-32 of the cells of a row and of how long each is."""
    total = 0
    for cell in cells:
        data = cell if type(cell) is bytes else (cell if type(cell) is str else repr(cell)).encode()
        # the length, or what moves from a cell to the next would go unnoticed
        total = crc32(data, total + len(data) + 1)
    return total


def sound(table: str) -> str:
    """A condition that is true of every row as it was written; SQLite fails at any other, and where a join has none."""
    return f"sound({table}.checksum, {_cells(table)})"


def unsound_rows(db: sqlite3.Connection) -> str | None:
    """How many rows of which table are not as they were written, in words; None where all are."""
    held = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for table in (table for table in COLUMNS if table in held):  # one of an older format has fewer
        n: int = db.execute(f"SELECT count(*) FROM {table} WHERE checksum <> checksum({_cells(table)})").fetchone()[0]  # noqa: S608 (names of ours)
        if n:
            return f"{n:,} of the rows of {table} are not as they were written"
    return None


def _sound(expected: _Cell, *cells: _Cell) -> int:
    if checksum(*cells) != expected:
        raise UnsoundRow
    return 1


def _cells(table: str) -> str:
    return ", ".join(f"{table}.{column}" for column in COLUMNS[table])
