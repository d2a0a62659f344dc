"""Whatever write fails, wherever a process is killed: what was reported as done stays so, and nothing is half done."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from retrieval.storage.store import Store
from tests.support.histories import STEPS, Step, answers, seed
from tests.support.patience import PATIENCE_S
from tests.support.places import ROOT

SLOW_S = 840.0


def run(module: str, *arguments: object, timeout_s: float, **more: str) -> Any:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "agent" / "public")]), **more}
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout_s)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def library(folder: Path) -> str:
    """The library that makes writes fail, built anew."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("no C compiler here")
    built = folder / "faults.so"
    command = [compiler, "-shared", "-fPIC", "-o", str(built), str(ROOT / "tests" / "support" / "faults.c"), "-ldl"]
    subprocess.run(command, check=True)
    return str(built)


def faults(folder: Path, stride: int, timeout_s: float) -> Any:
    return run("tests.support.faults", folder, stride, timeout_s=timeout_s, LD_PRELOAD=library(folder))


def test_a_write_that_fails_or_is_the_last_leaves_all_or_nothing_and_can_be_done_again(tmp_path: Path) -> None:
    report = faults(tmp_path, 41, PATIENCE_S)
    assert report["wrong"] == []
    assert report["n"] > 30


@pytest.mark.slow
def test_every_write_of_every_step_fails_once_in_every_way(tmp_path: Path) -> None:
    report = faults(tmp_path, 1, SLOW_S)
    assert report["wrong"] == []
    assert report["n"] > 1_000


def interrupted(store: Store, step: Step, at: int) -> bool:
    """Whether a step was ended by an exception after so many instructions of SQLite."""
    done = count(1)
    store._db.set_progress_handler(lambda: next(done) == at, 1)
    try:
        step(store)
    except sqlite3.OperationalError:
        return True
    finally:
        store._db.set_progress_handler(None, 1)
    return False


@pytest.mark.parametrize("name", STEPS)
def test_an_exception_in_any_statement_leaves_all_or_nothing(tmp_path: Path, name: str) -> None:
    for file in ("expected.db", "t.db"):
        (tmp_path / file).mkdir()
        seed(tmp_path / file / file)
    with (
        Store.open(tmp_path / "expected.db" / "expected.db") as expected,
        Store.open(tmp_path / "t.db" / "t.db") as store,
    ):
        before = answers(store)
        STEPS[name](expected)
        after = answers(expected)
        n_exceptions = 0
        while n_exceptions < 60 and interrupted(store, STEPS[name], 1 + 7 * n_exceptions**2):
            n_exceptions += 1
            assert answers(store) in (before, after)  # it may come after the commit: nothing was reported yet
        assert n_exceptions > 2
        STEPS[name](store)
        assert answers(store) == after


def test_work_killed_at_random_loses_and_brings_back_nothing_that_was_reported(tmp_path: Path) -> None:
    assert run("tests.support.kills", tmp_path, 6, 3, timeout_s=PATIENCE_S) == {"wrong": []}


@pytest.mark.slow
def test_two_hundred_kills_lose_and_bring_back_nothing_that_was_reported(tmp_path: Path) -> None:
    assert run("tests.support.kills", tmp_path, 200, 7, timeout_s=SLOW_S) == {"wrong": []}
