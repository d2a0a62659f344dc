"""Files of the index in which no point stands yet: whatever memory left there is overwritten."""

from __future__ import annotations

import logging
import struct
from pathlib import Path

import pytest

from retrieval.storage.index_wipe import unused, wipe_unused

LEFT = b"ada lovelace".ljust(64, b"\0")


def collection(folder: Path, name: str, *, version: int = 1, n_points: int = 0, data: bytes = LEFT) -> Path:
    """The files of a collection as hnswlib writes them."""
    made = folder / name
    made.mkdir()
    (made / "header.bin").write_bytes(struct.pack("<i4Q", version, 0, 100, n_points, 16) + b"and more")
    (made / "data_level0.bin").write_bytes(data)
    (made / "length.bin").write_bytes(bytes(32))
    return made


def test_what_stands_where_no_points_are_is_overwritten_with_as_many_zeros(tmp_path: Path) -> None:
    data = collection(tmp_path, "new") / "data_level0.bin"
    assert list(unused(tmp_path)) == [data]
    wipe_unused(tmp_path)
    assert data.read_bytes() == bytes(len(LEFT))
    assert list(unused(tmp_path)) == []


def test_a_collection_with_points_is_left_as_it_is(tmp_path: Path) -> None:
    data = collection(tmp_path, "full", n_points=1) / "data_level0.bin"
    wipe_unused(tmp_path)
    assert data.read_bytes() == LEFT


def test_files_that_are_missing_are_no_error(tmp_path: Path) -> None:
    (collection(tmp_path, "new") / "data_level0.bin").unlink()
    wipe_unused(tmp_path)
    wipe_unused(tmp_path / "nowhere")


@pytest.mark.parametrize("header", [b"", b"short", struct.pack("<i4Q", 2, 0, 100, 0, 16)])
def test_a_header_of_another_form_is_left_alone_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, header: bytes
) -> None:
    made = collection(tmp_path, "strange")
    (made / "header.bin").write_bytes(header)
    with caplog.at_level(logging.WARNING):
        wipe_unused(tmp_path)
    assert (made / "data_level0.bin").read_bytes() == LEFT
    assert "has a form that is not known here" in caplog.text
