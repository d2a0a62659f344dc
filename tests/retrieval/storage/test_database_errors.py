"""What SQLite's errors about a file mean to a person."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from retrieval.errors import WorkspaceDamaged, WorkspaceError, WorkspaceUnwritable
from retrieval.storage.database_errors import database_errors


def failure(text: str, code: int) -> sqlite3.DatabaseError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, WorkspaceUnwritable),
        (sqlite3.SQLITE_IOERR_WRITE, WorkspaceUnwritable),
        (sqlite3.SQLITE_READONLY, WorkspaceUnwritable),
        (sqlite3.SQLITE_CANTOPEN, WorkspaceUnwritable),
        (sqlite3.SQLITE_BUSY, WorkspaceError),
        (sqlite3.SQLITE_PERM, WorkspaceError),
        (sqlite3.SQLITE_CORRUPT_INDEX, WorkspaceDamaged),
        (sqlite3.SQLITE_NOTADB, WorkspaceDamaged),
    ],
)
def test_each_error_of_the_file_is_of_a_kind_with_a_way_out(code: int, kind: type[WorkspaceError]) -> None:
    with pytest.raises(WorkspaceError) as caught, database_errors(Path("/w/t.db")):
        raise failure("why", code)
    assert type(caught.value) is kind
    assert "/w/t.db" in caught.value.what
    assert caught.value.hint


@pytest.mark.parametrize("text", ["user-defined function raised exception", "Could not decode to UTF-8 column 'body'"])
def test_a_row_that_is_not_as_it_was_written_is_damage(text: str) -> None:
    with pytest.raises(WorkspaceDamaged, match="a row is not as it was written"), database_errors(Path("/w/t.db")):
        raise failure(text, sqlite3.SQLITE_ERROR)


def test_an_error_in_our_own_words_passes_through() -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), database_errors(Path("/w/t.db")):
        raise failure("no such table: x", sqlite3.SQLITE_ERROR)
