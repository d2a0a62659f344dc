import logging
import subprocess
import sys

import numpy as np
import pytest

from retrieval.errors import IndexDamaged
from retrieval.storage.index import VectorIndex
from retrieval.storage.manifest import difference, has_manifest
from tests.support.places import ROOT


def seal() -> str:
    return "sealed"


@pytest.fixture
def index(tmp_path):
    opened = VectorIndex(tmp_path / "chroma")
    yield opened
    opened.close(seal)


def vectors(n: int, dim: int = 32, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def names(n: int) -> list[str]:
    return [f"item {number}" for number in range(n)]


def test_scores_are_the_exact_cosines_best_first(index):
    matrix = vectors(50)
    index.upsert("text", "m", names(50), matrix)
    found = index.query("text", matrix[7], 50)
    exact = matrix @ matrix[7]
    assert [name for name, _ in found] == [f"item {row}" for row in np.argsort(-exact)]
    assert [score for _, score in found] == pytest.approx(np.sort(exact)[::-1].tolist(), abs=1e-5)
    assert found[0][1] <= 1.0


def test_files_of_a_new_collection_hold_nothing_of_the_memory_they_were_made_from(index):
    index.upsert("text", "m", ["a", "b"], vectors(2))
    files = [*index.folder.glob("*/data_level0.bin"), *index.folder.glob("*/length.bin")]
    assert len(files) == 2
    assert all(path.stat().st_size and not any(path.read_bytes()) for path in files)


@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize("n", [2, 1_500])
def test_what_stands_there_from_before_is_overwritten_and_no_point_is_lost(index, n, closes):
    matrix = vectors(n)
    index.upsert("text", "m", names(n), matrix)
    index.close(seal)
    (data,) = index.folder.glob("*/data_level0.bin")
    if n < 1_000:
        data.write_bytes(b"ada ".ljust(data.stat().st_size, b"x"))
    if closes:
        assert index.query("text", matrix[1], 1)[0][0] == "item 1"
        index.close(seal)
    else:
        index.wipe_unused()
    assert b"ada " not in data.read_bytes()
    assert index.query("text", matrix[1], 1)[0][0] == "item 1"
    assert index.count("text") == n
    index.close(seal)
    assert difference(index.folder, seal()) is None


def test_opposite_vector_scores_minus_one(index):
    index.upsert("text", "m", ["a"], np.array([[0, 1]], np.float32))
    assert index.query("text", np.array([0, -1], np.float32), 1) == [("a", -1.0)]


def test_recall_against_exact_search_is_at_least_99_percent(index):
    matrix, requests = vectors(2_000, 64), vectors(100, 64, seed=1)
    index.upsert("text", "m", names(2_000), matrix)
    exact = np.argsort(-(requests @ matrix.T), axis=1)[:, :50]
    hits = sum(
        len({name for name, _ in index.query("text", request, 50)} & {f"item {row}" for row in best})
        for request, best in zip(requests, exact, strict=True)
    )
    assert hits / exact.size >= 0.99


def test_item_counts_once_with_its_best_part(index):
    index.upsert("visual", "m", ["a", "a", "a", "b"], np.array([[1, 0], [3, 1], [2, 1], [0, 1]], np.float32))
    found = index.query("visual", np.array([1, 0], np.float32), 2)
    assert [name for name, _ in found] == ["a", "b"]
    assert [score for _, score in found] == pytest.approx([1, 0], abs=1e-6)


def test_channel_that_is_not_there_answers_nothing(index):
    assert index.query("text", np.ones(3, np.float32), 5) == []
    assert (index.count("text"), index.model("text"), index.fetch("text", ["a"])) == (0, None, {})
    index.delete("text", [("a", 0)])
    index.drop("text")


def test_upsert_replaces_and_delete_removes(index):
    index.upsert("text", "m", ["a", "b"], np.array([[1, 0], [0, 1]], np.float32))
    index.upsert("text", "m", ["a"], np.array([[0, -1]], np.float32))
    index.delete("text", [("b", 0), ("never", 3)])
    assert index.query("text", np.array([0, -1], np.float32), 5) == [("a", 1.0)]
    assert (index.count("text"), index.model("text")) == (1, "m")


def test_dropped_channel_can_be_made_anew_with_another_dimension(index):
    index.upsert("text", "m", ["a"], np.ones((1, 2), np.float32))
    index.drop("text")
    index.upsert("text", "m2", ["a"], np.ones((1, 5), np.float32))
    assert (index.model("text"), index.count("text")) == ("m2", 1)


@pytest.mark.parametrize("name", ["a#1", "#", "绘画", "a b\n", "x" * 256, "nul\0l", "💥"])
def test_any_item_id_comes_back(index, name):
    index.upsert("text", "m", [name, name], np.array([[1, 0], [1, 1]], np.float32))
    assert index.query("text", np.array([1, 0], np.float32), 3)[0][0] == name
    assert set(index.fetch("text", [name, name])) == {(name, 0), (name, 1)}


def test_more_points_than_chroma_takes_at_once_go_in(index):
    matrix = vectors(6_000, 4)
    index.upsert("text", "m", names(6_000), matrix)
    assert index.count("text") == 6_000
    index.delete("text", [(name, 0) for name in names(6_000)[1:]])
    assert index.query("text", matrix[0], 2)[0][0] == "item 0"
    assert index.count("text") == 1


def test_dropped_channels_leave_no_files_behind(tmp_path):
    index = VectorIndex(tmp_path / "chroma")
    for _ in range(3):
        index.drop("text")
        index.upsert("text", "m", names(20), vectors(20))
    index.close(seal)
    assert sum(path.is_dir() for path in (tmp_path / "chroma").iterdir()) == 1


def test_clean_close_is_recorded_and_using_the_index_takes_the_record_away(tmp_path):
    folder = tmp_path / "chroma"
    for round_number in range(10):
        index = VectorIndex(folder)
        index.upsert("text", "m", [f"item {round_number}"], vectors(1, seed=round_number))
        assert not has_manifest(folder)
        index.close(seal)
        assert difference(folder, "sealed") is None
        index = VectorIndex(folder)
        index.query("text", vectors(1)[0], 1)
        index.close(seal)
        assert difference(folder, "sealed") is None


def test_another_seal_or_another_byte_is_a_difference(tmp_path):
    folder = tmp_path / "chroma"
    index = VectorIndex(folder)
    index.upsert("text", "m", ["a"], vectors(1))
    index.close(seal)
    assert difference(folder, "another") == "it belongs to another state of the database"
    with (folder / "chroma.sqlite3").open("ab") as file:
        file.write(b"\0")
    assert difference(folder, "sealed") == "its files have changed since it was closed"
    (folder / "tastemaker-index.json").write_text("{")
    assert difference(folder, "sealed") == "its manifest is unreadable"


def test_failing_chroma_is_said_once_and_the_index_stays_off(tmp_path, caplog):
    (tmp_path / "chroma").write_text("a file where the folder should be")
    index = VectorIndex(tmp_path / "chroma")
    with caplog.at_level(logging.WARNING), pytest.raises(IndexDamaged):
        index.query("text", np.ones(2, np.float32), 1)
    with pytest.raises(IndexDamaged, match="is off"):
        index.query("text", np.ones(2, np.float32), 1)
    assert not index.available
    assert "Chroma failed" in (index.reason or "")
    assert len(caplog.records) == 1


def test_making_an_index_imports_no_chroma(tmp_path):
    script = (
        "import sys; from pathlib import Path; import retrieval.storage.workspace\n"
        "with retrieval.storage.workspace.Workspace.open(Path(sys.argv[1]), create=True) as w: w.health()\n"
        "sys.exit('chromadb' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path / "w")], cwd=ROOT).returncode == 0


def test_settings_file_of_the_current_folder_is_not_read(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("CHROMA_API_IMPL=nonsense\n")
    monkeypatch.chdir(tmp_path)
    index = VectorIndex(tmp_path / "chroma")
    index.upsert("text", "m", ["a"], vectors(1))
    assert index.count("text") == 1
    index.close(seal)
