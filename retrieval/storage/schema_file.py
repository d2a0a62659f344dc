"""The schema of a workspace: a file that people may read and edit, parsed once as long as nobody does."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path

from retrieval.errors import CatalogError, WorkspaceUnwritable
from retrieval.schema import Field, Schema, load_schema, write_schema
from retrieval.storage.store import Store
from retrieval.text.inference import infer_schema

logger = logging.getLogger(__name__)

_State = tuple[int, int, int]
_COPY = "schema"  # the setting with the schema as it was last in use


class SchemaFile:
    """The schema file of a workspace; there is none before its first item.

    Attributes:
        path: The file.
        note: Why the file is not what is used, and what is; None where it is.
    """

    def __init__(self, path: Path, store: Store) -> None:
        self.path = path
        self.note: str | None = None
        self._store = store
        self._known: tuple[_State | None, Schema] | None = None

    def read(self) -> Schema:
        """The schema; one without fields while there are no items.

        Where the file is gone, or somebody wrote what is no schema, it is what it was last, or inferred anew. The file
        is left for whoever is writing it.
        """
        state, known = self._state(), self._known
        if known is not None and state == known[0]:
            return known[1]
        schema = self._load(state)
        self._known = (state, schema) if schema.fields else None
        return schema

    def write(self, schema: Schema) -> None:
        """Put a schema in place of the one there is.

        Raises:
            WorkspaceError: it cannot be written.
        """
        write_schema(schema, self.path)
        self._take(schema)
        self._known = (self._state(), schema)

    def _load(self, state: _State | None) -> Schema:
        if state is None:
            return self._make_up("is missing") if self._store.count() else Schema([])
        try:
            schema = load_schema(self.path)
        except CatalogError as error:
            return self._make_up(f"cannot be used ({error.what})")
        try:
            self._take(schema)
        except WorkspaceUnwritable as error:
            logger.info("No copy of the schema is kept: %s", error.what)
        return schema

    def _take(self, schema: Schema) -> None:
        """Keep a copy, for the day on which the file is no schema: what is hidden must stay so."""
        self.note = None
        text = json.dumps([asdict(field) for field in schema.fields.values()])
        if self._store.setting(_COPY) != text:
            self._store.set_setting(_COPY, text)

    def _make_up(self, fault: str) -> Schema:
        copy = self._store.setting(_COPY)
        instead = "the schema is inferred anew from the items" if copy is None else "the schema is used as it was last"
        self.note = f"{self.path.name} {fault}: {instead}; mend the file, or ingest again"
        logger.warning("%s.", self.note)
        return infer_schema(self._store.items()) if copy is None else _schema(copy)

    def _state(self) -> _State | None:
        try:
            state = self.path.stat()
        except FileNotFoundError:
            return None
        # the inode too: an editor that writes a new file may keep its size, and clocks are coarse
        return state.st_ino, state.st_size, state.st_mtime_ns


def _schema(text: str) -> Schema:
    rows = ({**row, "values": row["values"] and tuple(row["values"])} for row in json.loads(text))
    return Schema(Field(**row) for row in rows)
