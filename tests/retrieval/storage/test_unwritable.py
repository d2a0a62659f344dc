"""A workspace on a full disk, or one that is not ours to write, is searched all the same; what writes says why not."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.errors import IndexDamaged, WorkspaceDamaged, WorkspaceError, WorkspaceLocked, WorkspaceUnwritable
from retrieval.schema import Field, Schema
from retrieval.storage.database import MIGRATIONS, connect
from retrieval.storage.lock import WorkspaceLock
from retrieval.storage.store import Store
from retrieval.storage.workspace import Workspace
from tests.support.histories import STEPS, answers
from tests.support.patience import PATIENCE_S
from tests.support.places import ROOT
from tests.support.rights import of_somebody_else


@pytest.fixture
def folder() -> Iterator[Path]:
    """A workspace where others may look, as the folder of a test is not."""
    with tempfile.TemporaryDirectory() as root:
        Path(root).chmod(0o755)
        with Workspace.open(Path(root) / "w", create=True) as workspace:
            seed_into(workspace.store)
            workspace.schema.write(Schema([Field.of("title", "text")]))
            workspace.sync_index()
        yield Path(root) / "w"


def seed_into(store: Store) -> None:
    for name in ("put", "feedback", "turn", "exchange", "learn"):
        STEPS[name](store)


def known(folder: Path) -> dict[str, object]:
    with Store.open(folder / "tastemaker.db") as store:
        return answers(store)


def assert_readable_only(workspace: Workspace, expected: dict[str, object]) -> None:
    assert answers(workspace.store) == expected
    assert workspace.unwritable
    assert "the workspace can only be read" in str(workspace.index.reason)
    assert workspace.health().notes[0].startswith("the workspace can only be read")
    for step in STEPS.values():
        with pytest.raises(WorkspaceUnwritable):
            step(workspace.store)
    with pytest.raises(IndexDamaged):
        workspace.rebuild_index()
    workspace.answers_at("http://127.0.0.1:1")
    assert answers(workspace.store) == expected


def test_a_workspace_of_somebody_else_is_read(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    expected = known(folder)
    with of_somebody_else(folder), caplog.at_level(logging.WARNING), Workspace.open(folder) as workspace:
        assert_readable_only(workspace, expected)
    assert "can only be read" in caplog.text
    with Workspace.open(folder) as workspace:
        assert (workspace.unwritable, workspace.health().notes, workspace.health().index_rebuilt) == (None, (), None)


def test_two_may_read_what_neither_can_write_but_not_what_somebody_is_writing(folder: Path) -> None:
    with of_somebody_else(folder), Workspace.open(folder), Workspace.open(folder) as workspace:
        assert workspace.store.count() == 5
    lock = WorkspaceLock(folder / "workspace.lock")
    with of_somebody_else(folder), pytest.raises(WorkspaceLocked):
        Workspace.open(folder)
    lock.release()


def test_a_folder_without_a_lock_that_is_not_to_be_written_is_read(folder: Path) -> None:
    (folder / "workspace.lock").unlink()
    with of_somebody_else(folder), Workspace.open(folder) as workspace:
        assert workspace.store.count() == 5


@pytest.mark.parametrize("with_shared_memory", [True, False])
def test_what_a_killed_process_acknowledged_is_read_where_nothing_can_be_written(
    folder: Path, with_shared_memory: bool
) -> None:
    child = os.fork()
    if not child:
        store = Store.open(folder / "tastemaker.db")
        STEPS["delete"](store)
        STEPS["withdraw"](store)
        STEPS["opt out"](store)
        os._exit(0)
    os.waitpid(child, 0)
    if not with_shared_memory:
        (folder / "tastemaker.db-shm").unlink()
    with of_somebody_else(folder), Workspace.open(folder) as workspace:
        assert workspace.store.opted_out("ada")  # it stands in the log alone
        with pytest.raises(WorkspaceUnwritable):
            workspace.store.opt_out("ada", False)


def test_damage_is_told_where_nothing_can_be_written_too(folder: Path) -> None:
    raw = (folder / "tastemaker.db").read_bytes()
    (folder / "tastemaker.db").write_bytes(raw.replace(b"Title of new 1", b"Title of new 2"))
    with of_somebody_else(folder), pytest.raises(WorkspaceDamaged):
        Workspace.open(folder)


def test_a_workspace_of_an_older_format_is_read_where_it_cannot_be_brought_to_ours(tmp_path: Path) -> None:
    path = tmp_path / "tastemaker.db"
    connect(path, migrations=MIGRATIONS[:5]).close()
    with Store.read_unwritable(path) as store:
        assert store.schema_version() == len(MIGRATIONS)
        with pytest.raises(WorkspaceUnwritable):
            store.set_setting("a", "b")
    assert [file.name for file in tmp_path.iterdir()] == ["tastemaker.db"]


def test_a_workspace_that_is_to_be_made_where_nothing_can_be_written_is_refused(folder: Path) -> None:
    (folder / "inner").mkdir()
    with of_somebody_else(folder), pytest.raises(WorkspaceError, match="cannot be made"):
        Workspace.open(folder / "inner", create=True)


FULL = """
import json, logging, os, sys
logging.disable()
from pathlib import Path
from retrieval.errors import WorkspaceError
from retrieval.storage.workspace import Workspace
from tests.retrieval.storage.test_unwritable import seed_into
from tests.support.histories import STEPS, answers
folder = Path(sys.argv[1]) / "w"
with Workspace.open(folder, create=True) as workspace:
    seed_into(workspace.store)
    workspace.sync_index()
    expected = answers(workspace.store)
with open(Path(sys.argv[1]) / "filler", "wb", buffering=0) as filler:
    try:
        while filler.write(bytes(1024)):
            pass
    except OSError:
        pass
refused = 0
with Workspace.open(folder) as workspace:
    same = answers(workspace.store) == expected
    for step in (STEPS["replace"], STEPS["learn"], STEPS["feedback"], STEPS["forget"]):
        try:
            step(workspace.store)
        except WorkspaceError as error:
            refused += 1
            reason = str(error)
    same_after = answers(workspace.store) == expected
os.unlink(Path(sys.argv[1]) / "filler")
with Workspace.open(folder) as workspace:
    print(json.dumps([same, same_after, refused, reason, answers(workspace.store) == expected]))
"""


def test_a_full_disk_is_searched_and_loses_nothing(tmp_path: Path) -> None:
    mounted = f"mount -t tmpfs -o size=3m none {tmp_path} && exec {sys.executable} -c '{FULL}' {tmp_path}"
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rm", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no file system of one's own here")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [unshare, "-rm", "sh", "-c", mounted]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, cwd=ROOT)
    assert done.stdout.startswith("[true, true, 4, "), (done.stdout, done.stderr)
    assert done.stdout.endswith(", true]\n")
