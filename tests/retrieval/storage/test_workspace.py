import logging
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import IndexDamaged, WorkspaceError, WorkspaceLocked, WorkspaceNewer
from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.storage import index_probe
from retrieval.storage.database import MIGRATIONS
from retrieval.storage.store import Embedded, StoredItem
from retrieval.storage.workspace import Workspace
from tests.support.patience import PATIENCE_S
from tests.support.places import ROOT

N, DIM = 1_200, 16  # more than Chroma keeps in its log, so that its graph files are on disk


def vector(name: str) -> np.ndarray:
    row = np.random.default_rng(list(name.encode())).normal(size=DIM).astype(np.float32)
    return row / np.linalg.norm(row)


def entry(name: str, *, model: str = "m") -> StoredItem:
    return StoredItem(Item(name, f"Title of {name}"), "d", {"text": Embedded(model, (name,), vector(name)[None])})


def answers(workspace: Workspace) -> list[list[tuple[str, float]]]:
    return [workspace.index.query("text", vector(f"request {n}"), 10) for n in range(20)]


def assert_agree(found: list[list[tuple[str, float]]], expected: list[list[tuple[str, float]]]) -> None:
    assert [[name for name, _ in one] for one in found] == [[name for name, _ in one] for one in expected]
    np.testing.assert_allclose(
        [score for one in found for _, score in one], [score for one in expected for _, score in one], atol=1e-5
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "workspace"
    with Workspace.open(folder, create=True) as workspace:
        workspace.store.put([entry(f"item {n}") for n in range(N)])
        workspace.schema.write(Schema([Field.of("title", "text")]))
        workspace.sync_index()
        expected = answers(workspace)
    return folder, expected


@pytest.fixture
def copy(made, tmp_path):
    folder, expected = made
    shutil.copytree(folder, tmp_path / "workspace")
    return tmp_path / "workspace", expected


def graph_file(folder: Path, name: str) -> Path:
    return next((folder / "chroma").glob(f"*/{name}"))


# Opening


def test_missing_workspace_says_how_to_make_one(tmp_path):
    with pytest.raises(WorkspaceError, match="There is no workspace at") as caught:
        Workspace.open(tmp_path / "none")
    assert "tastemaker ingest CATALOG --workspace" in caught.value.hint
    assert not (tmp_path / "none").exists()


def test_workspace_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="cannot be made"):
        Workspace.open(tmp_path / "file" / "workspace", create=True)


def test_newer_workspace_is_refused_and_not_kept_locked(tmp_path):
    Workspace.open(tmp_path / "w", create=True).close()
    with closing(sqlite3.connect(tmp_path / "w" / "tastemaker.db")) as db:
        db.execute("PRAGMA user_version = 99")
    for _ in range(2):
        with pytest.raises(WorkspaceNewer, match="format 99"):
            Workspace.open(tmp_path / "w")


def test_second_process_is_refused_with_less_than_a_second_of_work_and_the_first_goes_on(copy):
    folder, expected = copy
    with Workspace.open(folder) as workspace:
        script = (
            "import sys, time\nfrom retrieval.errors import WorkspaceLocked\n"
            "from retrieval.storage.workspace import Workspace\nbegan = time.process_time()\n"
            "try:\n    Workspace.open(sys.argv[1])\n"
            "except WorkspaceLocked as error:\n    print(time.process_time() - began, error)\n"
        )
        done = run(script, folder)
        seconds, _, message = done.stdout.partition(" ")
        assert float(seconds) < 1
        assert f"process {os.getpid()} " in message
        assert_agree(answers(workspace), expected)


def test_closing_twice_and_reopening_is_fine(copy):
    folder, expected = copy
    workspace = Workspace.open(folder)
    with pytest.raises(WorkspaceLocked):
        Workspace.open(folder)
    workspace.close()
    workspace.close()
    with Workspace.open(folder) as again:
        assert_agree(answers(again), expected)


def test_clean_open_starts_no_child_process(copy, monkeypatch):
    monkeypatch.setattr(index_probe.subprocess, "run", lambda *_, **__: pytest.fail("a child was started"))
    folder, expected = copy
    for _ in range(3):
        with Workspace.open(folder) as workspace:
            assert_agree(answers(workspace), expected)
            assert workspace.health().index_rebuilt is None


def test_health_says_what_is_there(copy):
    folder, _ = copy
    with Workspace.open(folder) as workspace:
        health = workspace.health()
    (channel,) = health.channels
    assert (channel.name, channel.model, channel.dim, channel.n_vectors) == ("text", "m", DIM, N)
    assert (health.n_items, health.n_pending, health.damage, health.format) == (N, 0, None, len(MIGRATIONS))
    assert (health.index_available, health.index_reason, health.index_rebuilt) == (True, None, None)


# The index follows the store


def test_index_follows_puts_deletes_and_replaced_channels(tmp_path):
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        store = workspace.store
        store.put([entry(name) for name in "abc"])
        workspace.sync_index()
        store.delete(["a"])
        two = np.stack([vector("b1"), vector("b2")])
        store.put([StoredItem(Item("b", "B"), "d2", {"text": Embedded("m", ("b1", "b2"), two)})])
        store.put([StoredItem(Item("b", "B"), "d3", {"text": Embedded("m", ("b2",), two[1:])})])
        store.replace_channel("bridge", "fit", ["c"], vector("bridge")[None])
        seen: list[tuple[int, int]] = []
        workspace.sync_index(lambda done, total: seen.append((done, total)))
        assert seen == [(3, 3)]
        assert {name for name, _ in workspace.index.query("text", vector("a"), 5)} == {"b", "c"}
        assert workspace.index.count("text") == 2
        assert workspace.index.query("bridge", vector("bridge"), 1)[0][0] == "c"
        assert index_probe.disagreement(store, workspace.index) is None


def test_another_model_gives_its_channel_a_new_collection(copy):
    folder, _ = copy
    with Workspace.open(folder) as workspace:
        row = np.ones((1, 3), np.float32)
        workspace.store.put([StoredItem(Item("a", "A"), "d", {"text": Embedded("m2", ("a",), row)})])
        workspace.sync_index()
        assert (workspace.index.model("text"), workspace.index.count("text")) == ("m2", 1)
    with Workspace.open(folder) as workspace:
        assert workspace.health().index_rebuilt is None
        assert workspace.index.query("text", row[0], 5)[0][0] == "a"


def test_changes_that_were_not_indexed_yet_are_indexed_on_the_next_open(copy):
    folder, _ = copy
    with Workspace.open(folder) as workspace:
        workspace.store.put([entry("late")])
    with Workspace.open(folder) as workspace:
        assert workspace.index.query("text", vector("late"), 1)[0][0] == "late"
        assert workspace.health().index_rebuilt is None


def test_rebuilding_erases_what_was_deleted_and_answers_the_same(copy):
    folder, _ = copy
    with Workspace.open(folder) as workspace:
        workspace.store.delete(["item 7"])
        workspace.sync_index()
        expected = answers(workspace)
        seen: list[tuple[int, int]] = []
        workspace.rebuild_index(lambda done, total: seen.append((done, total)))
        assert seen == [(N - 1, N - 1)]
        assert_agree(answers(workspace), expected)
    raw = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"item 7#0" not in raw
    assert vector("item 7").tobytes() not in raw
    assert vector("item 8").tobytes() in raw


# Damage


def missing_folder(folder: Path) -> None:
    shutil.rmtree(folder / "chroma")


def missing_graph_folder(folder: Path) -> None:
    shutil.rmtree(graph_file(folder, "header.bin").parent)


def missing_file(name: str):
    return lambda folder: graph_file(folder, name).unlink()


def truncated_file(name: str):
    def damage(folder: Path) -> None:
        path = graph_file(folder, name)
        os.truncate(path, path.stat().st_size // 2)

    return damage


def flipped_bytes(name: str):
    def damage(folder: Path) -> None:
        path = graph_file(folder, name)
        raw = np.frombuffer(path.read_bytes(), np.uint8).copy()
        raw[np.random.default_rng(0).choice(len(raw), max(1, len(raw) // 100), replace=False)] ^= 255
        path.write_bytes(raw.tobytes())

    return damage


def broken_database(folder: Path) -> None:
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 1_000)


DAMAGES = {
    "folder missing": missing_folder,
    "graph folder missing": missing_graph_folder,
    "metadata missing": missing_file("index_metadata.pickle"),
    "vectors missing": missing_file("data_level0.bin"),
    "links missing": missing_file("link_lists.bin"),
    "header truncated": truncated_file("header.bin"),
    "vectors truncated": truncated_file("data_level0.bin"),
    "vectors flipped": flipped_bytes("data_level0.bin"),
    "links flipped": flipped_bytes("link_lists.bin"),
    "database garbled": broken_database,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_index_is_found_on_open_and_rebuilt_to_the_same_answers(copy, damage, caplog):
    folder, expected = copy
    damage(folder)
    with caplog.at_level(logging.WARNING), Workspace.open(folder) as workspace:
        assert "is rebuilt from the database" in caplog.text
        assert workspace.health().index_rebuilt
        assert_agree(answers(workspace), expected)
    with Workspace.open(folder) as workspace:
        assert workspace.health().index_rebuilt is None


DEADLY = ["metadata missing", "header truncated", "vectors flipped", "vectors missing", "database garbled"]


@pytest.mark.parametrize("name", DEADLY)
def test_index_damaged_while_in_use_is_probed_in_a_child_and_rebuilt(copy, name, caplog):
    folder, expected = copy
    (folder / "chroma" / "tastemaker-index.json").unlink()
    DAMAGES[name](folder)
    with caplog.at_level(logging.WARNING), Workspace.open(folder) as workspace:
        assert workspace.health().index_rebuilt
        assert_agree(answers(workspace), expected)


def test_index_that_was_merely_not_closed_is_kept(copy, caplog):
    folder, expected = copy
    (folder / "chroma" / "tastemaker-index.json").unlink()
    with caplog.at_level(logging.WARNING), Workspace.open(folder) as workspace:
        assert workspace.health().index_rebuilt is None
        assert_agree(answers(workspace), expected)
    assert caplog.records == []


def test_probe_that_gives_no_answer_in_time_is_a_no(copy):
    folder, _ = copy
    found = index_probe.probe(folder / "tastemaker.db", folder / "chroma", timeout_s=0.01)
    assert found == "it gave no answer within 0 s"


def test_index_of_another_state_of_the_database_is_rebuilt(made, copy):
    folder, _ = copy
    with Workspace.open(folder) as workspace:
        workspace.store.put([entry("new")])
        workspace.sync_index()
    shutil.copy(made[0] / "tastemaker.db", folder / "tastemaker.db")  # a copy put back
    with Workspace.open(folder) as workspace:
        assert workspace.health().index_rebuilt == "it belongs to another state of the database"
        assert_agree(answers(workspace), made[1])


def test_leftovers_of_an_interrupted_rebuilding_are_removed(copy):
    folder, expected = copy
    shutil.copytree(folder / "chroma", folder / "chroma.new")
    (folder / "chroma").rename(folder / "chroma.old")
    with Workspace.open(folder) as workspace:
        assert_agree(answers(workspace), expected)
    assert not (folder / "chroma.new").exists()
    assert not (folder / "chroma.old").exists()


def test_without_chroma_the_workspace_opens_says_so_and_catches_up_later(copy, monkeypatch, caplog):
    folder, expected = copy
    missing_folder(folder)
    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setitem(sys.modules, "chromadb.errors", None)
        with Workspace.open(folder) as workspace:
            assert not workspace.index.available
            assert "cannot be imported" in workspace.health().index_reason
            workspace.store.put([entry("meanwhile")])
            workspace.sync_index()
            with pytest.raises(IndexDamaged):
                workspace.rebuild_index()
            assert len(workspace.store.vectors("text")[0]) == N + 1
    assert "exact search answers instead" in caplog.text
    with Workspace.open(folder) as workspace:
        assert workspace.index.query("text", vector("meanwhile"), 1)[0][0] == "meanwhile"
        assert answers(workspace)[0][0][0] == expected[0][0][0]


# Kills

INGEST = """
import sys
from tests.retrieval.storage.test_workspace import entry
from retrieval.storage.workspace import Workspace
start = int(sys.argv[2])
with Workspace.open(sys.argv[1], create=True) as workspace:
    print("open", flush=True)
    for n in range(start, start + 100_000, 10):
        workspace.store.put([entry(f"item {i}") for i in range(n, n + 10)])
        print(n, flush=True)
        if n % 50 == 0:
            workspace.sync_index()
            workspace.store.replace_channel("bridge", f"fit {n}", *workspace.store.vectors("text"))
"""


def run(script: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", script, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)


def ingest_until_killed(folder: Path, start: int, n_puts: int) -> list[int]:
    command = [sys.executable, "-c", INGEST, str(folder), str(start)]
    child = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    reported = [int(child.stdout.readline()) for _ in range(n_puts)]
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate()
    return reported + [int(line) for line in rest.splitlines()]


def test_ingest_killed_anywhere_loses_nothing_that_was_reported(tmp_path):
    chance = random.Random(5)
    reported: set[str] = set()
    for round_number in range(5):
        start = round_number * 100_000
        puts = ingest_until_killed(tmp_path / "w", start, chance.randint(1, 25))
        reported |= {f"item {n + i}" for n in puts for i in range(10)}
        with Workspace.open(tmp_path / "w") as workspace:
            assert workspace.store.digests().keys() >= reported
            assert workspace.store.n_pending() == 0
            assert index_probe.disagreement(workspace.store, workspace.index) is None
            for name in chance.sample(sorted(reported), 10):
                assert workspace.index.query("text", vector(name), 1)[0][0] == name
            assert workspace.store.damage() is None


def test_disk_that_fills_up_while_indexing_loses_nothing(copy):
    folder, _ = copy
    script = (
        "import resource, sys\n"
        "from tests.retrieval.storage.test_workspace import entry\nfrom retrieval.storage.workspace import Workspace\n"
        "with Workspace.open(sys.argv[1]) as workspace:\n"
        "    workspace.store.put([entry(f'more {n}') for n in range(50)])\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, resource.RLIM_INFINITY))\n"
        "    workspace.sync_index()\n"
        "    print(workspace.index.available)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
    )
    assert run(script, folder).stdout == "False\n"
    with Workspace.open(folder) as workspace:
        assert workspace.store.n_pending() == 0
        assert all(workspace.index.query("text", vector(f"more {n}"), 1)[0][0] == f"more {n}" for n in range(50))


def test_killed_rebuilding_is_made_good_on_the_next_open(copy):
    folder, expected = copy
    script = (
        "import os, sys\nfrom retrieval.storage.workspace import Workspace\n"
        "workspace = Workspace.open(sys.argv[1])\n"
        "workspace.rebuild_index(lambda done, total: os.kill(os.getpid(), 9))\n"
    )
    assert run(script, folder).returncode == -signal.SIGKILL
    with Workspace.open(folder) as workspace:
        assert_agree(answers(workspace), expected)
    assert not (folder / "chroma.new").exists()
