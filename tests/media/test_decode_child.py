"""The decoding program: one request after another over its pipes, each answered or refused, none of it believed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from agent.media import wire
from agent.media.limits import MIB, DecodeLimits
from tests.support.made_media import encoded, photo, scenes, tone, write_sound, write_video
from tests.support.places import ROOT

LIMITS = DecodeLimits(picture_bytes=MIB, media_bytes=MIB)


class Child:
    """The program, running."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "agent.media.decode_child", json.dumps(asdict(LIMITS))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert self.read() == ({}, [])  # it speaks first, once it is ready

    def read(self) -> tuple[dict[str, Any], list[bytearray]]:
        return wire.receive(self.process.stdout)  # type: ignore[arg-type]

    def ask(self, data: bytes | None = None, **request: object) -> tuple[dict[str, Any], list[bytearray]]:
        wire.send(self.process.stdin, request, [] if data is None else [data])  # type: ignore[arg-type]
        return self.read()

    def refusal(self, data: bytes | None = None, **request: object) -> str:
        what, hint = self.ask(data, **request)[0]["refused"]
        assert hint.endswith(".")
        return str(what)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    running = Child()
    yield running
    running.process.communicate()
    assert running.process.returncode == 0  # it ends by itself when nobody asks any more


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "picture").write_bytes(encoded(photo(), "PNG"))
    write_sound(folder / "sound.wav", tone(1.0), "pcm_s16le")
    write_video(folder / "clip.mp4", 1.0, scenes([(220, 20, 20)], 1.0), sound=tone(1.0))
    (folder / "empty").touch()
    (folder / "large").write_bytes(b"RIFF\x00\x00\x00\x00WAVE" + bytes(MIB))
    return folder


def test_a_picture_comes_back_as_pixels_with_its_digest(child: Child, files: Path) -> None:
    header, (pixels,) = child.ask(kind="picture", path=str(files / "picture"))
    assert header["shape"] == [48, 64, 3]
    assert bytes(pixels) == photo().tobytes()
    assert child.ask(encoded(photo(), "PNG"), kind="picture")[0]["sha256"] == header["sha256"]


@pytest.mark.parametrize(("name", "holds"), [("picture", "picture"), ("sound.wav", "sound"), ("clip.mp4", "video")])
def test_a_file_is_told_by_what_it_holds(child: Child, files: Path, name: str, holds: str) -> None:
    assert child.ask(kind="file", path=str(files / name))[0]["holds"] == holds


def test_a_clip_comes_back_as_frames_and_samples(child: Child, files: Path) -> None:
    header, arrays = child.ask(kind="clip", path=str(files / "clip.mp4"))
    assert header["has_sound"]
    assert len(arrays) == len(header["frames"]) + 1
    assert header["frames"][0]["width"] == 160


@pytest.mark.parametrize(
    ("kind", "name", "what"),
    [
        ("picture", "nowhere", "does not exist"),
        ("picture", "", "is not a file"),
        ("picture", "empty", "is empty (0 bytes)"),
        ("picture", "large", "has 1 MiB, more than the 1 MiB allowed"),
        ("picture", "sound.wav", "is WAV sound by its content, which cannot be used here"),
        ("sound", "large", "has 1 MiB, more than the 1 MiB allowed"),
        ("sound", "picture", "is a PNG picture by its content, which cannot be used here"),
        ("clip", "sound.wav", "holds no video"),
        ("file", "empty", "is empty (0 bytes)"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(child: Child, files: Path, kind: str, name: str, what: str) -> None:
    assert child.refusal(kind=kind, path=str(files / name)) == what


def test_a_request_without_path_or_content_is_refused(child: Child) -> None:
    assert child.refusal(kind="picture") == "has neither path nor content"
    assert child.refusal(kind="sound") == "has no path"


def test_no_file_may_be_written_from_within(child: Child) -> None:
    limits = Path(f"/proc/{child.process.pid}/limits").read_text()
    (line,) = [line for line in io.StringIO(limits) if line.startswith("Max file size")]
    assert line.split()[3:5] == ["0", "0"]
