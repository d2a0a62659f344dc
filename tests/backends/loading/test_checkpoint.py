"""Checkpoints: weights are counted and known to be whole without being loaded."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from agent.backends.loading.checkpoint import check_checkpoint
from agent.errors import ModelError


def save(folder: Path, name: str = "model.safetensors", rows: int = 3) -> Path:
    save_file({"a": np.zeros((rows, 4), np.float32), "b": np.zeros(5, np.float16)}, folder / name, {"format": "pt"})
    return folder / name


def refusal(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        check_checkpoint(folder)
    assert "etch the model again" in caught.value.hint
    return caught.value.what


def index(folder: Path, *names: str) -> None:
    content = {"weight_map": {f"weight {at}": name for at, name in enumerate(names)}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(content))


def test_the_weights_of_one_file_are_counted(tmp_path: Path) -> None:
    save(tmp_path)
    assert check_checkpoint(tmp_path) == 3 * 4 + 5


def test_an_index_names_the_files_and_others_beside_them_do_not_count(tmp_path: Path) -> None:
    save(tmp_path, "part-1.safetensors", rows=1)
    save(tmp_path, "part-2.safetensors", rows=2)
    save(tmp_path, "adapter.safetensors")
    index(tmp_path, "part-1.safetensors", "part-2.safetensors", "part-1.safetensors")
    assert check_checkpoint(tmp_path) == (4 + 5) + (8 + 5)


def test_without_an_index_all_files_count(tmp_path: Path) -> None:
    save(tmp_path, "one.safetensors")
    save(tmp_path, "two.safetensors")
    assert check_checkpoint(tmp_path) == 2 * 17


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    save(tmp_path, "part-1.safetensors")
    index(tmp_path, "part-1.safetensors", "part-2.safetensors")
    assert refusal(tmp_path) == f"{tmp_path} lacks 1 of its 2 weight files, part-2.safetensors among them."


@pytest.mark.parametrize("content", ["{", "[]", '{"weight_map": 5}', "{}"])
def test_an_index_that_lists_no_files_is_damaged(tmp_path: Path, content: str) -> None:
    (tmp_path / "model.safetensors.index.json").write_text(content)
    assert refusal(tmp_path).endswith("are damaged: it is no list of files.")


def test_a_file_that_was_cut_off_is_told_with_both_lengths(tmp_path: Path) -> None:
    path = save(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    assert refusal(tmp_path).endswith(f"it has {len(whole) - 10:,} bytes, not {len(whole):,}.")
    path.write_bytes(whole + b"more")
    assert f"{len(whole) + 4:,} bytes" in refusal(tmp_path)


def with_header(header: bytes) -> bytes:
    return len(header).to_bytes(8, "little") + header


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it does not begin with a header"),
        (b"\x00" * 8, "it does not begin with a header"),
        (b"\xff" * 20, "it does not begin with a header"),
        (with_header(b"{nonsense"), "its header cannot be read"),
        (with_header(b"[1, 2]"), "its header cannot be read"),
        (with_header(b'{"a": {"shape": [1]}}'), "its header does not say where the weights are"),
        (with_header(b'{"a": 5}'), "its header does not say where the weights are"),
    ],
)
def test_a_file_without_a_proper_header_is_damaged(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    assert refusal(tmp_path) == f"The weights in {tmp_path / 'model.safetensors'} are damaged: {why}."
