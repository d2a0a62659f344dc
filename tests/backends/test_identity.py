"""Identity: the same model is known again, and another one is not taken for it."""

from __future__ import annotations

from pathlib import Path

from agent.backends.factory import NAMES, SMALL, choose
from agent.backends.identity import BLOCK_BYTES, BLOCKS, folder_digest, model_identity


def model_folder(folder: Path, weights: bytes) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(weights)
    return folder


def test_a_pinned_model_is_known_by_its_hash() -> None:
    name, _, digest = (model_identity(choose(SMALL)) or "").partition("@")
    assert (name, len(digest)) == (NAMES[SMALL], 12)


def test_no_model_has_no_identity() -> None:
    assert model_identity(choose("none")) is None


def test_a_server_is_known_by_its_address_and_the_models_name() -> None:
    server = "openai:http://127.0.0.1:8000/v1#m"
    assert model_identity(choose(server)) == server


def test_a_model_of_the_hub_is_known_by_its_revision() -> None:
    assert model_identity(choose("owner/name@abc")) == "owner/name:auto@abc"
    assert model_identity(choose("owner/name")) == "owner/name:auto@newest"


def test_a_folder_is_known_by_what_lies_in_it(tmp_path: Path) -> None:
    large = bytes(3 * BLOCKS * BLOCK_BYTES)
    first = model_folder(tmp_path / "a", large)
    same = model_folder(tmp_path / "b", large)
    other = model_folder(tmp_path / "c", large[:-1] + b"1")
    changed = model_folder(tmp_path / "d", b"1" + large[1:])
    assert folder_digest(first) == folder_digest(same)
    assert len({folder_digest(folder) for folder in (first, changed)}) == 2
    assert model_identity(choose(str(first))) == f"a:auto@{folder_digest(first)}"
    assert model_identity(choose(f"{first}:bf16")) == f"a:bf16@{folder_digest(first)}"
    assert folder_digest(other) != folder_digest(first)
