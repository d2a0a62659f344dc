import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.errors import WorkspaceError, WorkspaceLocked
from retrieval.storage.lock import WorkspaceLock
from tests.support.places import ROOT

HOLD = """
import sys, time
from pathlib import Path
from retrieval.storage.lock import WorkspaceLock
lock = WorkspaceLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def holder(path: Path) -> "subprocess.Popen[str]":
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def end(child: "subprocess.Popen[str]", number: int) -> None:
    child.send_signal(number)
    child.communicate()


def test_second_process_is_told_at_once_who_holds_the_workspace(tmp_path):
    child = holder(tmp_path / "workspace.lock")
    with pytest.raises(WorkspaceLocked) as caught:
        WorkspaceLock(tmp_path / "workspace.lock")
    assert str(child.pid) in caught.value.what
    assert str(tmp_path) in caught.value.what
    assert "Stop that process" in caught.value.hint
    end(child, signal.SIGTERM)


def test_lock_of_a_killed_process_does_not_block(tmp_path):
    end(holder(tmp_path / "workspace.lock"), signal.SIGKILL)
    WorkspaceLock(tmp_path / "workspace.lock").release()


def test_being_refused_does_not_wipe_the_owners_name(tmp_path):
    child = holder(tmp_path / "workspace.lock")
    for _ in range(2):
        with pytest.raises(WorkspaceLocked, match=f"process {child.pid} "):
            WorkspaceLock(tmp_path / "workspace.lock")
    end(child, signal.SIGTERM)


def test_owner_that_has_not_signed_yet_is_another_process(tmp_path):
    lock = WorkspaceLock(tmp_path / "workspace.lock")
    (tmp_path / "workspace.lock").write_text("")
    with pytest.raises(WorkspaceLocked, match="another process"):
        WorkspaceLock(tmp_path / "workspace.lock")
    lock.release()


def test_same_process_is_refused_a_second_time_and_served_after_release(tmp_path):
    lock = WorkspaceLock(tmp_path / "workspace.lock")
    with pytest.raises(WorkspaceLocked, match=f"process {os.getpid()} "):
        WorkspaceLock(tmp_path / "workspace.lock")
    lock.release()
    lock.release()
    WorkspaceLock(tmp_path / "workspace.lock").release()


def test_forked_child_that_outlives_its_parent_does_not_keep_the_lock(tmp_path):
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom retrieval.storage.lock import WorkspaceLock\n"
        "lock = WorkspaceLock(Path(sys.argv[1]))\n"
        "ready, tell = os.pipe()\n"
        "if os.fork() == 0:\n    os.write(tell, b'x')\n    sys.stdin.read()\n    os._exit(0)\n"
        "os.read(ready, 1)\nprint('held', flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "workspace.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    child.wait()
    WorkspaceLock(tmp_path / "workspace.lock").release()
    child.communicate()


def test_lock_in_a_folder_that_is_not_there_is_a_workspace_error(tmp_path):
    with pytest.raises(WorkspaceError, match="cannot be locked"):
        WorkspaceLock(tmp_path / "missing" / "workspace.lock")
