"""A database is opened as what it is: whole, damaged, incomplete, of somebody else, or not there any more."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.errors import WorkspaceDamaged, WorkspaceError
from retrieval.storage.opening import has_content
from retrieval.storage.store import Store
from tests.support.histories import STEPS, answers, entry, seed

DATABASE = "tastemaker.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "w").mkdir()
    seed(tmp_path / "w" / DATABASE)
    return tmp_path / "w"


def killed(folder: Path, *steps: str) -> None:
    """Let a process do these steps, which are acknowledged, and be killed."""
    child = os.fork()
    if not child:
        store = Store.open(folder / DATABASE)
        for step in steps:
            STEPS[step](store)
        os._exit(0)
    os.waitpid(child, 0)


def known(folder: Path) -> dict[str, object]:
    with Store.open(folder / DATABASE) as store:
        return answers(store)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [empty, Path.unlink])
def test_a_missing_or_empty_file_is_not_a_new_workspace(folder: Path, damage: Callable[[Path], object]) -> None:
    damage(folder / DATABASE)
    for _ in range(2):
        with pytest.raises(WorkspaceDamaged, match="though there was a database") as caught:
            Store.open(folder / DATABASE)
    assert "Put a copy back, or delete the workspace" in caught.value.hint


def test_an_empty_file_beside_nothing_is_a_new_one(tmp_path: Path) -> None:
    empty(tmp_path / DATABASE)
    assert not has_content(tmp_path / DATABASE)
    with Store.open(tmp_path / DATABASE) as store:
        assert (store.count(), store.note) == (0, None)


def test_what_lies_beside_a_database_shows_that_there_was_one(tmp_path: Path) -> None:
    (tmp_path / "chroma").mkdir()
    with pytest.raises(WorkspaceDamaged, match="chroma is there"):
        Store.open(tmp_path / DATABASE, traces=(tmp_path / "chroma",))
    assert not (tmp_path / DATABASE).exists()


def test_what_was_closed_is_opened_without_reading_all_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.storage.database.damage", lambda _: pytest.fail("it was read through"))
    for _ in range(2):
        with Store.open(folder / DATABASE) as store:
            assert store.note is None


def test_reading_alone_writes_nothing(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    known(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_a_killed_process_acknowledged_is_there_without_a_word(folder: Path) -> None:
    killed(folder, "put", "forget", "turn")
    with Store.open(folder / DATABASE) as store:
        assert store.note is None
        assert store.item("new 1") is not None
        assert store.rows_of("ada").keys() == {"turns"}


@pytest.mark.parametrize("damage", [Path.unlink, empty, lambda path: os.truncate(path, path.stat().st_size // 2)])
def test_a_log_that_is_missing_or_cut_is_told(folder: Path, damage: Callable[[Path], object]) -> None:
    killed(folder, "feedback", "turn", "learn")
    damage(folder / f"{DATABASE}-wal")
    for _ in range(2):
        with pytest.raises(WorkspaceDamaged, match=r"is without the last [1-3] changes, reported as done") as caught:
            Store.open(folder / DATABASE)
    assert "Put a whole copy of the workspace back" in caught.value.hint


def test_who_deletes_the_ledger_goes_on_with_what_is_there(folder: Path) -> None:
    expected = known(folder)
    killed(folder, "feedback")
    (folder / f"{DATABASE}-wal").unlink()
    (folder / "tastemaker.ledger").unlink()
    with Store.open(folder / DATABASE) as store:
        assert store.note == "tastemaker.ledger is missing or damaged, and was written anew"
        assert answers(store) == expected
    with Store.open(folder / DATABASE) as store:
        assert store.note is None


def test_an_older_copy_put_back_is_opened_and_told(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / DATABASE, tmp_path / "copy")
    expected = known(folder)
    with Store.open(folder / DATABASE) as store:
        store.put([entry("later")])
    shutil.copy(tmp_path / "copy", folder / DATABASE)
    with Store.open(folder / DATABASE) as store:
        assert store.note == "the database is an older copy, without the last 1 changes"
        assert answers(store) == expected


def test_the_database_of_another_workspace_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    seed(tmp_path / "other" / DATABASE, 20)
    shutil.copy(tmp_path / "other" / DATABASE, folder / DATABASE)
    with Store.open(folder / DATABASE) as store:
        assert store.note == "the database is that of another workspace than was closed here"


def test_the_database_of_another_workspace_does_not_stand_in_for_a_killed_ones(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    seed(tmp_path / "other" / DATABASE, 20)
    killed(folder, "put")
    (folder / f"{DATABASE}-wal").unlink()
    shutil.copy(tmp_path / "other" / DATABASE, folder / DATABASE)
    with pytest.raises(WorkspaceDamaged, match="without what this workspace held"):
        Store.open(folder / DATABASE)


def test_the_database_of_another_program_is_refused_and_not_touched(folder: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "theirs")) as db:
        db.execute("CREATE TABLE theirs (x)")
    shutil.copy(tmp_path / "theirs", folder / DATABASE)
    with pytest.raises(WorkspaceError, match="another program"):
        Store.open(folder / DATABASE)
    assert (folder / DATABASE).read_bytes() == (tmp_path / "theirs").read_bytes()


def test_a_file_that_differs_where_nothing_stands_is_read_through_and_told(folder: Path) -> None:
    expected = known(folder)
    with (folder / DATABASE).open("r+b") as file:
        file.seek(92)  # the number of the change for which the number of SQLite's version was noted
        file.write(b"\0\0\0\1")
    with Store.open(folder / DATABASE) as store:
        assert "though all of it is sound" in str(store.note)
        assert answers(store) == expected
    with Store.open(folder / DATABASE) as store:
        assert store.note is None
