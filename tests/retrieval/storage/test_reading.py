"""Who only reads a workspace keeps out nobody who does the same, and writes nothing into it."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from retrieval.errors import WorkspaceError, WorkspaceLocked, WorkspaceUnwritable
from retrieval.schema import Field, Schema
from retrieval.storage.database import MIGRATIONS, connect
from retrieval.storage.lock import WorkspaceLock
from retrieval.storage.store import Store
from retrieval.storage.workspace import Workspace
from tests.support.histories import STEPS, answers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        for name in ("put", "feedback", "turn", "exchange", "learn"):
            STEPS[name](workspace.store)
        workspace.schema.write(Schema([Field.of("title", "text")]))
    return tmp_path / "w"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_several_read_at_once_and_leave_every_byte_as_it_was(folder: Path) -> None:
    before = contents(folder)
    with Workspace.read(folder) as one, Workspace.read(folder) as other:
        assert answers(one.store) == answers(other.store)
        assert one.schema.read().fields.keys() == {"title"}
        assert (one.index.available, one.index.reason) == (False, None)
        for step in STEPS.values():
            with pytest.raises(WorkspaceUnwritable):
                step(one.store)
    assert contents(folder) == before


def test_who_writes_waits_for_those_who_read_and_is_told_so(folder: Path) -> None:
    with Workspace.read(folder), pytest.raises(WorkspaceLocked, match="is being read by another command"):
        Workspace.open(folder)
    Workspace.open(folder).close()


def test_who_reads_waits_a_moment_for_who_writes_and_is_told_who_that_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = WorkspaceLock(folder / "workspace.lock")
    timer = threading.Timer(0.2, lock.release)
    timer.start()
    Workspace.read(folder).close()
    timer.join()
    monkeypatch.setattr("retrieval.storage.workspace._PATIENCE_S", 0.1)
    lock = WorkspaceLock(folder / "workspace.lock")
    with pytest.raises(WorkspaceLocked, match=f"process {os.getpid()} "):
        Workspace.read(folder)
    lock.release()


def test_where_a_server_can_be_asked_nobody_waits(folder: Path) -> None:
    lock = WorkspaceLock(folder / "workspace.lock")
    lock.answers_at("http://127.0.0.1:1")
    began = time.monotonic()
    with pytest.raises(WorkspaceLocked) as refused:
        Workspace.read(folder)
    assert (refused.value.address, time.monotonic() - began < 1) == ("http://127.0.0.1:1", True)
    lock.release()


def test_what_a_killed_process_left_is_put_in_order_first(folder: Path) -> None:
    child = os.fork()
    if not child:
        STEPS["opt out"](Store.open(folder / "tastemaker.db"))
        os._exit(0)
    os.waitpid(child, 0)
    with Workspace.read(folder) as one, Workspace.read(folder) as other:
        assert one.store.opted_out("ada")
        assert other.store.opted_out("ada")
    assert not (folder / "tastemaker.db-wal").exists()


def test_an_earlier_format_is_brought_to_ours_once(tmp_path: Path) -> None:
    connect(tmp_path / "tastemaker.db", migrations=MIGRATIONS[:5]).close()
    with Workspace.read(tmp_path):
        pass
    with Store.open(tmp_path / "tastemaker.db") as store:
        assert store.schema_version() == len(MIGRATIONS)


def test_where_there_is_no_workspace_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="There is no workspace"):
        Workspace.read(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
