"""Small texts and bytes, each kept under a name."""

from __future__ import annotations

from collections.abc import Mapping

from retrieval.storage import tables
from retrieval.storage.checksums import sound
from retrieval.storage.store.file import StoreFile

_SETTING, _BLOB = sound("settings"), sound("blobs")


class NamedStore(StoreFile):
    """The part of the store that holds settings and blobs."""

    def setting(self, name: str) -> str | None:
        """A small text kept under this name, or None."""
        with self._reading() as db:
            row = db.execute(f"SELECT value FROM settings WHERE name = ? AND {_SETTING}", (name,)).fetchone()  # noqa: S608
        return None if row is None else row[0]

    def set_setting(self, name: str, value: str) -> None:
        """Keep a small text under a name."""
        with self._transaction() as db:
            tables.put_setting(db, name, value)

    def blob(self, name: str) -> bytes | None:
        """Bytes kept under this name, or None."""
        with self._reading() as db:
            row = db.execute(f"SELECT value FROM blobs WHERE name = ? AND {_BLOB}", (name,)).fetchone()  # noqa: S608
        return None if row is None else row[0]

    def set_blob(self, name: str, value: bytes) -> None:
        """Keep bytes under a name."""
        with self._transaction() as db:
            tables.put_blob(db, name, value)

    def replace_blobs(self, prefix: str, blobs: Mapping[str, bytes], settings: Mapping[str, str]) -> None:
        """Keep these texts and bytes, and of the bytes whose names begin with `prefix` no others."""
        with self._transaction() as db:
            db.execute("DELETE FROM blobs WHERE substr(name, 1, ?) = ?", (len(prefix), prefix))
            for name, value in blobs.items():
                tables.put_blob(db, name, value)
            for name, text in settings.items():
                tables.put_setting(db, name, text)
