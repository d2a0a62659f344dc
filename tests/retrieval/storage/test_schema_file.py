"""The schema of a workspace, which people may edit while it is open."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.errors import CatalogError, WorkspaceError
from retrieval.schema import Field, Schema
from retrieval.storage import schema_file
from retrieval.storage.schema_file import SchemaFile

SCHEMA = Schema([Field.of("year", "integer"), Field.of("tags", "list")])


@pytest.fixture
def file(tmp_path: Path) -> SchemaFile:
    return SchemaFile(tmp_path / "catalog.schema.yaml")


def test_a_workspace_without_items_has_a_schema_without_fields(file: SchemaFile) -> None:
    assert file.read() == Schema([])


def test_what_was_written_is_read_by_this_and_by_another_process(file: SchemaFile) -> None:
    file.write(SCHEMA)
    assert file.read() == SCHEMA
    assert SchemaFile(file.path).read() == SCHEMA


def test_the_file_is_parsed_only_when_it_has_changed(file: SchemaFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write(SCHEMA)
    monkeypatch.setattr(schema_file, "load_schema", None)  # it must not be asked
    assert file.read() is SCHEMA


def test_an_edit_by_hand_counts_at_once(file: SchemaFile) -> None:
    file.write(SCHEMA)
    file.path.write_text(file.path.read_text().replace("integer", "number"))
    edited = file.read()
    assert edited.fields["year"].type == "number"
    assert file.read() is edited


def test_a_file_that_was_taken_away_leaves_no_fields(file: SchemaFile) -> None:
    file.write(SCHEMA)
    file.path.unlink()
    assert file.read() == Schema([])


def test_what_is_no_schema_is_told_until_it_is_put_right(file: SchemaFile) -> None:
    file.path.write_text("fields: {year: {type: century}}")
    for _ in range(2):
        with pytest.raises(CatalogError, match="has the type 'century'"):
            file.read()
    file.write(SCHEMA)
    assert file.read() == SCHEMA


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="cannot be written"):
        SchemaFile(tmp_path / "nowhere" / "catalog.schema.yaml").write(SCHEMA)
