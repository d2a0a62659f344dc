"""Whatever a person gives wrongly: one sentence of what happened, one of what to do, no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from agent.cli.main import main
from retrieval.storage.database import MIGRATIONS
from retrieval.storage.store import Store
from retrieval.storage.workspace import Workspace
from tests.support.made_media import encoded, photo, tone, write_sound, write_video

ROWS = [
    {"id": "1", "title": "Blue wool scarf", "description": "Knitted by hand.", "price": 25, "category": "Scarves"},
    {"id": "2", "title": "Leather walking boots", "description": "For long walks.", "price": 120, "category": "Shoes"},
]


class Left(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.strip().splitlines()


Run = Callable[..., Left]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> Left:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        return Left(int(left.value.code or 0), *capfd.readouterr())

    return call


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    with pytest.raises(SystemExit) as left:
        main(["ingest", str(write_catalog(folder / "catalog.jsonl")), "--workspace", str(folder / "w")])
    assert left.value.code == 0
    return folder / "w"


def write_catalog(path: Path, rows: list[dict[str, object]] = ROWS) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def assert_says(left: Left, code: int, *words: str) -> None:
    assert left.code == code, left
    assert "Traceback" not in left.err
    assert len(left.lines) == 2, left.err
    for word in words:
        assert word in left.err


def test_an_empty_request_asks_for_one(run: Run, workspace: Path) -> None:
    assert_says(run("recommend", "  ", "-w", workspace), 2, "empty", "Write what you are looking for")


def test_a_request_of_a_megabyte_is_refused(run: Run, workspace: Path) -> None:
    assert_says(run("recommend", "wool " * 210_000, "-w", workspace), 2, "bytes long", "few sentences")


def test_an_unknown_filter_field_lists_the_fields_there_are(run: Run, workspace: Path) -> None:
    assert_says(run("recommend", "wool", "-w", workspace, "--filter", "prise<9"), 2, "prise", "price", "category")


def test_k_of_nothing_is_refused(run: Run, workspace: Path) -> None:
    assert_says(run("recommend", "wool", "-w", workspace, "-k", "0"), 2, "k is 0")


def test_k_beyond_the_catalog_gives_all_and_says_so(run: Run, workspace: Path) -> None:
    left = run("search", "wool", "-w", workspace, "-k", "50", "--json")
    answer = json.loads(left.out)
    assert left.code == 0
    assert len(answer["recommendations"]) == 2
    assert "50" in answer["notes"][0]


def test_an_impossible_must_have_is_kept_and_named(run: Run, workspace: Path) -> None:
    answer = json.loads(run("search", "wool", "-w", workspace, "--filter", "price>1000", "--json").out)
    assert answer["recommendations"] == []
    assert "price>1000" in answer["notes"][0]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("note.png", b"this is no picture", "note.png"),
        ("broken.jpg", encoded(photo(400, 300))[:900], "broken.jpg"),
        ("empty.png", b"", "empty.png"),
    ],
)
def test_a_picture_that_is_none_is_refused(
    run: Run, workspace: Path, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert_says(run("recommend", "-w", workspace, "--image", tmp_path / name), 1, words)


def test_a_hundred_megapixels_are_refused(run: Run, workspace: Path, tmp_path: Path) -> None:
    Image.new("1", (10_000, 10_000)).save(tmp_path / "huge.png")
    assert_says(run("recommend", "-w", workspace, "--image", tmp_path / "huge.png"), 1, "huge.png", "pixels")


def test_silence_is_told_from_speech(run: Run, workspace: Path, tmp_path: Path) -> None:
    silence = write_sound(tmp_path / "silence.wav", tone(2.0, loudness=0.0), "pcm_s16le")
    assert_says(run("recommend", "-w", workspace, "--audio", silence), 1, "silent")


def test_a_sound_of_no_length_is_refused(run: Run, workspace: Path, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "nothing.wav"), "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
    assert_says(run("recommend", "-w", workspace, "--audio", tmp_path / "nothing.wav"), 1, "nothing.wav")


def test_a_video_without_frames_is_refused(run: Run, workspace: Path, tmp_path: Path) -> None:
    sound_only = write_sound(tmp_path / "only.mp4", tone(1.0), "aac")
    assert_says(run("recommend", "-w", workspace, "--video", sound_only), 1, "only.mp4")


def test_a_workspace_that_is_not_there_says_how_to_make_it(run: Run, tmp_path: Path) -> None:
    assert_says(run("recommend", "wool", "-w", tmp_path / "none"), 1, "no workspace", "tastemaker ingest")


def test_an_empty_workspace_says_how_to_fill_it(run: Run, tmp_path: Path) -> None:
    Workspace.open(tmp_path / "w", create=True).close()
    assert_says(run("recommend", "wool", "-w", tmp_path / "w"), 2, "holds no items", "tastemaker ingest")


def test_a_workspace_of_a_newer_version_is_left_alone(run: Run, tmp_path: Path) -> None:
    Workspace.open(tmp_path / "w", create=True).close()
    database = sqlite3.connect(tmp_path / "w" / "tastemaker.db")
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    database.close()
    assert_says(run("recommend", "wool", "-w", tmp_path / "w"), 1, "newer")


def test_a_second_process_is_told_who_holds_the_workspace(run: Run, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", create=True):
        left = run("recommend", "wool", "-w", tmp_path / "w")
    assert_says(left, 1, str(os.getpid()))


def test_without_network_and_cache_the_command_to_run_is_named(
    run: Run, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASTEMAKER_CACHE", str(tmp_path))
    monkeypatch.setenv("TASTEMAKER_OFFLINE", "1")
    left = run("recommend", "wool", "-w", workspace)
    assert_says(left, 1, "TASTEMAKER_OFFLINE", "tastemaker models pull")


def test_errors_are_json_where_json_was_asked_for(run: Run, workspace: Path) -> None:
    left = run("recommend", "", "-w", workspace, "--json")
    assert left.code == 2
    assert set(json.loads(left.out)["error"]) == {"what", "hint"}


def test_a_catalog_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    assert_says(run("ingest", tmp_path / "none.jsonl", "-w", tmp_path / "w"), 1, "none.jsonl")


def test_strict_stops_at_the_first_bad_row_before_anything_is_stored(run: Run, tmp_path: Path) -> None:
    (tmp_path / "catalog.jsonl").write_text(json.dumps(ROWS[0]) + "\n{broken\n")
    assert_says(run("ingest", tmp_path / "catalog.jsonl", "-w", tmp_path / "w", "--strict"), 1, "line 2")
    with Store.open(tmp_path / "w" / "tastemaker.db") as store:
        assert store.count() == 0


def test_an_item_with_a_broken_picture_is_recommended_and_the_doctor_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff nothing")
    write_catalog(tmp_path / "catalog.jsonl", [{**ROWS[0], "image": "bad.jpg"}, ROWS[1]])
    report = json.loads(run("ingest", tmp_path / "catalog.jsonl", "-w", tmp_path / "w", "--json").out)
    assert report["added"] == 2
    assert "bad.jpg" in report["problems"][0]["reason"]
    found = json.loads(run("search", "scarf", "-w", tmp_path / "w", "--json").out)
    assert found["recommendations"][0]["item"]["id"] == "1"
    assert "bad.jpg" in run("doctor", "-w", tmp_path / "w").out


def test_a_full_disk_during_ingest_keeps_what_was_done(tmp_path: Path) -> None:
    rows = [{"id": str(n), "title": f"Cup number {n}"} for n in range(2_000)]
    catalog = write_catalog(tmp_path / "catalog.jsonl", rows)
    ingest = [sys.executable, "-m", "agent", "ingest", str(catalog), "-w", str(tmp_path / "w")]

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_500_000, 2_500_000))

    full = subprocess.run(ingest, capture_output=True, text=True, preexec_fn=small_disk, timeout=240, check=False)
    assert full.returncode == 1, full
    assert "Traceback" not in full.stderr
    with Store.open(tmp_path / "w" / "tastemaker.db") as store:
        kept = store.count()
    assert 0 < kept < 2_000
    again = subprocess.run([*ingest, "--json"], capture_output=True, text=True, timeout=240, check=True)
    report = json.loads(again.stdout)
    assert report["unchanged"] == kept
    assert report["added"] == 2_000 - kept


def test_a_video_request_is_seen(run: Run, workspace: Path, tmp_path: Path) -> None:
    def scene(second: float) -> np.ndarray:
        return photo(64, 48, seed=int(second))

    clip = write_video(tmp_path / "clip.mp4", 2.0, scene)
    left = run("search", "wool", "-w", workspace, "--video", clip, "--json")
    assert left.code == 0, left.err
    assert json.loads(left.out)["request"]["seen"]
