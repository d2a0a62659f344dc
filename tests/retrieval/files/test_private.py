"""Files that nobody else may read: made so, made so afterwards, whatever the umask; what is not ours is left alone."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.files.private import create, make_folder, shut, write_text
from retrieval.items import Item
from retrieval.storage.store import Embedded, StoredItem
from retrieval.storage.workspace import Workspace


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """What in a folder anybody but its owner has a right to."""
    entries = [folder, *folder.rglob("*")]
    return [f"{path} {oct(path.lstat().st_mode)}" for path in entries if stat.S_IMODE(path.lstat().st_mode) & 0o077]


def entry(number: int) -> StoredItem:
    vector = np.random.default_rng(number).normal(size=(1, 8)).astype(np.float32)
    vector /= np.linalg.norm(vector)
    return StoredItem(Item(str(number), f"Thing {number}"), "d", {"text": Embedded("m", (str(number),), vector)})


def test_files_and_folders_are_made_for_their_owner_alone(tmp_path: Path, umask: int) -> None:
    make_folder(tmp_path / "a" / "b")
    write_text(tmp_path / "a" / "b" / "text", "日本")
    with create(tmp_path / "a" / "bytes") as file:
        file.write(b"1")
    assert open_to_others(tmp_path / "a") == []
    assert (tmp_path / "a" / "b" / "text").read_text(encoding="utf-8") == "日本"
    with pytest.raises(FileExistsError):
        create(tmp_path / "a" / "bytes", new=True)
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "a" / "bytes")


def test_a_workspace_is_its_owners_alone_from_its_first_moment_to_its_last(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "workspace"
    with Workspace.open(folder, create=True) as workspace:
        assert open_to_others(folder) == []
        workspace.store.put([entry(number) for number in range(1_100)])  # so many that Chroma writes its graph files
        workspace.sync_index()
        assert open_to_others(folder) == []
        workspace.rebuild_index()
        workspace.index.query("text", np.ones(8, np.float32) / 8**0.5, 3)
        assert open_to_others(folder) == []
    assert open_to_others(folder) == []


def test_a_workspace_of_before_is_shut_when_it_is_opened_and_files_beside_it_are_left_alone(tmp_path: Path) -> None:
    folder, outside = tmp_path / "workspace", tmp_path / "outside"
    Workspace.open(folder, create=True).close()
    (folder / "media").mkdir()
    (folder / "media" / "picture").write_bytes(b"x")
    (folder / "run.sh").write_text("somebody else's")
    outside.write_text("somebody else's")
    (folder / "media" / "link").symlink_to(outside)
    for path in (outside, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    folder.chmod(0o755)
    with Workspace.open(folder) as workspace:
        workspace.store.set_setting("a", "b")  # a log of SQLite's, as open as the database was
        assert {Path(line.split()[0]).name for line in open_to_others(folder)} == {"run.sh", "link"}
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in (outside, folder / "run.sh")} == {"0o755"}


def test_what_cannot_be_shut_is_told_and_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "file"
    file.touch(0o644)

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refused)
    with caplog.at_level(logging.WARNING):
        shut(file)
        shut(tmp_path / "gone")
    assert [record.getMessage() for record in caplog.records] == [
        f"Others may read {file}: its rights cannot be changed (Operation not permitted)."
    ]
