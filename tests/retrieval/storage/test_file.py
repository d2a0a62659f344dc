"""The SQLite file as all parts of the store use it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval.errors import WorkspaceError
from retrieval.storage.database import MIGRATIONS
from retrieval.storage.store.file import StoreFile
from retrieval.storage.store.named import NamedStore
from tests.support.patience import PATIENCE_S


@pytest.fixture
def store(tmp_path: Path) -> Iterator[NamedStore]:
    with NamedStore.open(tmp_path / "t.db") as opened:
        yield opened


def test_a_new_file_has_the_newest_format_and_no_damage(store: NamedStore) -> None:
    assert store.schema_version() == len(MIGRATIONS)
    assert store.damage() is None


def test_closing_twice_does_nothing_more(tmp_path: Path) -> None:
    store = StoreFile.open(tmp_path / "t.db")
    store.close()
    store.close()


def test_what_fails_half_way_leaves_nothing_behind(store: NamedStore) -> None:
    store.set_blob("fusion a", b"old")
    blobs = {"fusion a": b"new", "fusion b": {"no": "bytes"}}
    with pytest.raises(sqlite3.Error, match="not supported"):
        store.replace_blobs("fusion ", blobs, {})  # type: ignore[arg-type]
    assert (store.blob("fusion a"), store.blob("fusion b")) == (b"old", None)
    store.set_setting("after", "works")
    assert store.setting("after") == "works"


def test_a_file_opened_for_reading_is_read_and_not_written(store: NamedStore) -> None:
    store.set_setting("name", "value")
    with NamedStore.read(store.path) as reader:
        assert reader.setting("name") == "value"
        with pytest.raises(WorkspaceError, match="is read-only"):
            reader.set_setting("name", "another")
    assert store.setting("name") == "value"


def test_a_file_that_is_not_there_is_not_made_for_reading(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        StoreFile.read(tmp_path / "t.db")
    assert list(tmp_path.iterdir()) == []


def test_nobody_writes_while_somebody_needs_all_of_one_state(store: NamedStore) -> None:
    store.set_setting("name", "before")
    begun = threading.Event()

    def write() -> None:
        begun.set()
        store.set_setting("name", "after")

    with ThreadPoolExecutor(1) as threads:
        with store.steady():
            writing = threads.submit(write)
            assert begun.wait(PATIENCE_S)
            assert [store.setting("name") for _ in range(100)] == ["before"] * 100
        writing.result(PATIENCE_S)
    assert store.setting("name") == "after"
