"""Media that come as data: kept by content, known by name, refused with the reason."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from agent.errors import MediaError, WorkspaceError
from agent.ingest.media import FOLDER, MAX_NAME_CHARS, WorkspaceMedia
from retrieval.catalog.problems import Flaw
from retrieval.items import Media, MediaKind
from tests.support.made_media import encoded, photo

PNG = encoded(photo(), "PNG")
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "


def given(media: WorkspaceMedia, raw: object, kind: MediaKind = "image") -> list[Media]:
    flaws: list[Flaw] = []
    stored = list(media.media("image", kind, raw, flaws))
    assert not flaws
    return stored


def only(media: WorkspaceMedia, raw: object, kind: MediaKind = "image") -> Media:
    (medium,) = given(media, raw, kind)
    return medium


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_the_same_bytes_are_one_file_by_their_digest(tmp_path: Path) -> None:
    media = WorkspaceMedia(tmp_path)
    first, second = given(media, [PNG, f"data:image/png;base64,{base64_of(PNG)}"])
    assert first.path == second.path == str(tmp_path / FOLDER / hashlib.sha256(PNG).hexdigest())
    assert Path(first.path).read_bytes() == PNG
    assert media.written == media.paths() == {first.path}
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [Path(first.path).name]


def test_what_was_there_before_was_not_written(tmp_path: Path) -> None:
    only(WorkspaceMedia(tmp_path), PNG)
    again = WorkspaceMedia(tmp_path)
    only(again, PNG)
    assert again.written == set()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/lamp.png", "lamp.png"),
        ("C:\\pictures\\lamp.png", "lamp.png"),
        ("la\u202emp\n.png", "lamp .png"),
        ("", "image 1"),
        ("x" * 500 + ".png", ("x" * 500 + ".png")[-MAX_NAME_CHARS:]),
    ],
)
def test_a_name_is_only_for_showing(tmp_path: Path, name: str, shown: str) -> None:
    medium = only(WorkspaceMedia(tmp_path), {"name": name, "data": base64_of(PNG)})
    assert medium.name == shown
    assert medium.problem is None


@pytest.mark.parametrize(
    ("raw", "kind", "problem"),
    [
        (b"", "image", "is empty"),
        ("data:,hello", "image", "is of an unknown type, not JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP"),
        (WAV, "image", "is WAV sound, not JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP"),
        ({"data": base64_of(PNG)}, "audio", "is a PNG picture, not WAV, MP3, OGG, FLAC"),
        ("data:image/png;base64,%%", "image", "is not proper Base64"),
        ("/etc/passwd", "image", "is named, and not sent"),
        ("https://example.org/a.png", "image", "is an address, and none are fetched here"),
    ],
)
def test_what_cannot_be_kept_says_why_and_leaves_no_file(
    tmp_path: Path, raw: object, kind: MediaKind, problem: str
) -> None:
    medium = only(WorkspaceMedia(tmp_path), raw, kind)
    assert (medium.problem or "").startswith(problem)
    assert medium.path == ""
    assert WorkspaceMedia(tmp_path).paths() == set()


@pytest.mark.parametrize("raw", [7, {"name": "a.png"}, {"data": "AAAA", "path": "/etc"}, {"name": 5, "data": "AAAA"}])
def test_another_shape_is_a_flaw_of_its_column(tmp_path: Path, raw: object) -> None:
    flaws: list[Flaw] = []
    assert list(WorkspaceMedia(tmp_path).media("cover", "image", raw, flaws)) == []
    (flaw,) = flaws
    assert "cover" in flaw.reason


def test_addresses_are_fetched_where_that_is_asked_for(tmp_path: Path) -> None:
    def fetch(url: str) -> bytes:
        if "inside" in url:
            raise MediaError("It is somewhere inside.", "Use another.")
        return PNG

    fetched, refused = given(WorkspaceMedia(tmp_path, fetch), ["https://a.example/lamp.png", "http://inside/lamp.png"])
    assert (fetched.name, fetched.problem) == ("lamp.png", None)
    assert refused.problem == "was not fetched (It is somewhere inside)"


def test_only_files_of_its_own_folder_are_removed(tmp_path: Path) -> None:
    media, other = WorkspaceMedia(tmp_path), tmp_path / "precious"
    other.touch()
    path = only(media, PNG).path
    media.remove([str(other), f"{media.folder}/../precious", path, path])
    assert other.exists()
    assert media.paths() == set()


def test_a_file_that_cannot_be_written_is_an_error_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file in the way")
    with pytest.raises(WorkspaceError, match="cannot be kept") as caught:
        only(WorkspaceMedia(tmp_path), PNG)
    assert caught.value.hint == "Free some space, and send it again."
