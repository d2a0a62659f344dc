"""Failing tests, run for the sake of what they leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.places import ROOT

FAILING = """
import gc, weakref
import pytest

gc.disable()
models = weakref.WeakSet()


class Model:
    def __init__(self):
        self.itself = self
        models.add(self)


@pytest.fixture
def lent():
    model = Model()
    yield model


def use(model):
    try:
        raise ValueError("inside")
    except ValueError as error:
        model.error = error
        raise RuntimeError("outside") from error


def test_it_fails(lent):
    own = Model()
    use(own)


def test_it_fails_again():
    assert len(models) == 0
    use(Model())


def test_nothing_is_left():
    assert len(models) == 0
"""


def test_a_failed_test_leaves_no_model_behind(tmp_path: Path) -> None:
    (tmp_path / "test_failing.py").write_text(FAILING, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.support.letting_go",
        "-p",
        "no:cacheprovider",
        str(tmp_path),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "2 failed, 1 passed" in done.stdout
    assert "AssertionError" not in done.stdout
