"""The schema of a workspace: a file that people may read and edit, parsed once as long as nobody does."""

from __future__ import annotations

from pathlib import Path

from retrieval.schema import Schema, load_schema, write_schema

_State = tuple[int, int, int]


class SchemaFile:
    """The schema file of a workspace; there is none before its first item."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: tuple[_State | None, Schema] = (None, Schema([]))

    def read(self) -> Schema:
        """The schema; one without fields while there is no file.

        Raises:
            CatalogError: somebody wrote what is no schema.
        """
        state, (known, schema) = self._state(), self._known
        if state is None:
            return Schema([])
        if state != known:
            schema = load_schema(self.path)
            self._known = (state, schema)
        return schema

    def write(self, schema: Schema) -> None:
        """Put a schema in place of the one there is.

        Raises:
            WorkspaceError: it cannot be written.
        """
        write_schema(schema, self.path)
        self._known = (self._state(), schema)

    def _state(self) -> _State | None:
        try:
            state = self.path.stat()
        except FileNotFoundError:
            return None
        # the inode too: an editor that writes a new file may keep its size, and clocks are coarse
        return state.st_ino, state.st_size, state.st_mtime_ns
