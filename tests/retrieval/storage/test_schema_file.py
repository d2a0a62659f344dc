"""The schema of a workspace, which people may edit while it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.errors import WorkspaceError
from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.storage import schema_file
from retrieval.storage.schema_file import SchemaFile
from retrieval.storage.store import Store, StoredItem

SCHEMA = Schema(
    [
        Field.of("year", "integer"),
        Field.of("tags", "list"),
        replace(Field.of("cost", "number"), hidden=True, minimum=1.0, maximum=2.5, unit="EUR"),
        replace(Field.of("maker", "category"), values=("a", "b")),
    ]
)
BROKEN = "fields: {year: {type: century}}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tastemaker.db") as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path, store: Store) -> SchemaFile:
    return SchemaFile(tmp_path / "catalog.schema.yaml", store)


def item(store: Store) -> None:
    store.put([StoredItem(Item("a", "A lamp", attributes={"year": 1999, "maker": "x"}), "d")])


def test_a_workspace_without_items_has_a_schema_without_fields(file: SchemaFile) -> None:
    assert file.read() == Schema([])


def test_what_was_written_is_read_by_this_and_by_another_process(file: SchemaFile, store: Store) -> None:
    file.write(SCHEMA)
    assert file.read() == SCHEMA
    assert SchemaFile(file.path, store).read() == SCHEMA


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


@pytest.mark.parametrize(
    "damage", [Path.unlink, lambda path: path.write_text(BROKEN), lambda path: path.write_text("")]
)
def test_a_missing_or_broken_file_is_replaced_by_what_it_was_last_so_that_what_was_hidden_stays_hidden(
    file: SchemaFile, store: Store, damage: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    item(store)
    file.write(SCHEMA)
    damage(file.path)
    for reader in (file, SchemaFile(file.path, store)):
        assert reader.read() == SCHEMA
        assert reader.note is not None
        assert "the schema is used as it was last; mend the file, or ingest again" in reader.note
        assert reader.note in caplog.text
    file.write(SCHEMA)
    assert (file.read(), file.note) == (SCHEMA, None)


def test_an_edit_by_hand_is_what_counts_after_the_next_one_broke_the_file(file: SchemaFile, store: Store) -> None:
    file.write(SCHEMA)
    file.path.write_text(file.path.read_text().replace("integer", "number"))
    edited = file.read()
    file.path.write_text(BROKEN)
    assert SchemaFile(file.path, store).read() == edited


def test_a_broken_file_of_which_there_is_no_copy_is_inferred_anew_and_left_as_it_is(
    file: SchemaFile, store: Store
) -> None:
    item(store)
    file.path.write_text(BROKEN)
    fields = file.read().fields
    assert (fields["year"].type, fields["maker"].type) == ("integer", "category")
    assert "has the type 'century'" in str(file.note)
    assert "inferred anew" in str(file.note)
    assert file.path.read_text() == BROKEN


def test_a_file_that_is_put_right_counts_at_once(file: SchemaFile, store: Store) -> None:
    item(store)
    file.path.write_text(BROKEN)
    file.read()
    file.path.write_text("fields: {year: {type: number}}")
    assert (file.read().fields["year"].type, file.note) == ("number", None)


def test_a_store_that_cannot_be_written_does_without_a_copy(file: SchemaFile, store: Store) -> None:
    SchemaFile(file.path, store).write(SCHEMA)
    file.path.write_text(file.path.read_text().replace("integer", "number"))
    store._db.execute("PRAGMA query_only = ON")
    assert file.read().fields["year"].type == "number"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, store: Store) -> None:
    with pytest.raises(WorkspaceError, match="cannot be written"):
        SchemaFile(tmp_path / "nowhere" / "catalog.schema.yaml", store).write(SCHEMA)
