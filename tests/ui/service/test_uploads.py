"""Files from outside: judged by content, kept for their sender alone, deleted in time."""

from __future__ import annotations

import base64
import io
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import MediaError, TastemakerError
from tests.support.made_media import empty_png, encoded, photo, tone, write_sound, write_video
from ui.errors.refusals import Busy, Gone, NotFound, TooLarge
from ui.service.limits import MIB, Limits
from ui.service.uploads import Uploads, harmless, private_folder

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uploads]:
    kept = Uploads(tmp_path_factory.mktemp("sent") / "uploads", Limits(upload_bytes=2 * MIB, uploads_bytes=5 * MIB))
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_sound(tmp_path_factory.mktemp("made") / "tone.ogg", tone(0.5), "libopus").read_bytes()


def test_a_file_is_told_by_its_content_and_gets_the_ending_it_should_have(uploads: Uploads, sound: bytes) -> None:
    picture = uploads.keep(encoded(photo(), "PNG"), "ada", "C:\\photos\\my photo.exe")
    assert (picture.kind, picture.label, picture.name) == ("picture", "a PNG picture", "my_photo.png")
    heard = uploads.keep(io.BytesIO(sound), "ada", "../../etc/passwd")
    assert (heard.kind, heard.name) == ("sound", "passwd.ogg")
    assert heard.path.read_bytes() == sound
    assert stat.S_IMODE(heard.path.parent.stat().st_mode) == 0o700
    for upload in (picture, heard):
        assert uploads.at(upload.path, "ada") == upload
        uploads.drop(upload)
        assert not upload.path.exists()


def test_a_video_is_told_from_a_sound(uploads: Uploads, tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", 0.5, lambda _: photo())
    kept = uploads.keep(video.read_bytes(), None, "clip.mp3")
    assert (kept.kind, kept.name) == ("video", "clip.mp4")
    uploads.drop(kept)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", b""),
        ("photo.png", SVG),
        ("photo.svg", SVG),
        ("photo.png", b"<html><script>alert(1)</script></html>"),
        ("photo.png", encoded(photo(), "PNG")[:200]),
        ("photo.png", empty_png(20_000, 20_000)),
        ("sound.ogg", b"OggS" + bytes(400)),
        ("archive.zip", b"PK\x03\x04" + bytes(40)),
        ("rows.csv", b"id,title\n1,Lamp\n"),
    ],
)
def test_what_is_no_medium_is_refused_and_not_kept(uploads: Uploads, name: str, content: bytes) -> None:
    with pytest.raises(MediaError) as refused:
        uploads.keep(content, "ada", name)
    assert refused.value.hint
    assert not list(uploads.folder.iterdir())


def test_tables_are_kept_where_they_are_expected_but_never_as_a_page(uploads: Uploads) -> None:
    kept = uploads.keep(b"id,title\n1,Lamp\n", None, "rows.csv", ["catalog"])
    assert (kept.kind, kept.name) == ("catalog", "rows.csv")
    uploads.drop(kept)
    for name, content in (("rows.csv", b" <!doctype html>"), ("rows.json", SVG), ("rows.csv", bytes(9))):
        with pytest.raises(MediaError):
            uploads.keep(content, None, name, ["catalog"])


def test_nobody_finds_the_file_of_another(uploads: Uploads) -> None:
    kept = uploads.keep(encoded(photo()), "ada", "a.jpg")
    for other in ("bob", None):
        with pytest.raises(NotFound):
            uploads.find(kept.id, other)
        with pytest.raises(NotFound):
            uploads.at(kept.path, other)
    here = uploads.folder
    ways = (
        here / "x" / ".." / kept.id / kept.name,
        kept.path / "..",
        kept.path / ".." / ".." / ".." / "etc",
        f"/{kept.path}",
    )
    for path in ("/etc/passwd", "", here, kept.path.parent, kept.path.parent / "b.jpg", *ways):
        with pytest.raises(NotFound):
            uploads.at(path, "ada")
    assert uploads.forget("ada") == 1
    with pytest.raises(NotFound):
        uploads.find(kept.id, "ada")


def test_one_file_and_all_files_together_have_their_limits(uploads: Uploads) -> None:
    with pytest.raises(TooLarge):
        uploads.keep(bytes(2 * MIB + 1), None, "large.png")
    with pytest.raises(TooLarge):
        uploads.keep_encoded("A" * 4 * MIB, None)
    noise = encoded(photo(4, 4), "PNG") + bytes(2 * MIB - 4096)
    kept = [uploads.keep(noise, "ada", "a.png") for _ in range(2)]
    with pytest.raises(Busy):
        uploads.keep(noise, "ada", "a.png")
    for upload in kept:
        uploads.drop(upload)
    assert not list(uploads.folder.iterdir())


def test_that_somebody_sent_a_file_that_has_expired_is_forgotten_with_them(tmp_path: Path) -> None:
    short = Uploads(tmp_path / "uploads", Limits(upload_age_s=0.0))
    kept = short.keep(encoded(photo()), "ada", "a.jpg")
    with pytest.raises(Gone):
        short.find(kept.id, "ada")
    assert short.forget("ada") == 0
    with pytest.raises(NotFound):
        short.find(kept.id, "ada")
    short.close()


def test_files_expire_and_their_sender_is_told(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads", Limits(upload_age_s=0.0))
    kept = uploads.keep(encoded(photo()), "ada", "a.jpg")
    with pytest.raises(Gone):
        uploads.find(kept.id, "ada")
    with pytest.raises(NotFound):
        uploads.find(kept.id, "bob")
    assert not kept.path.exists()
    uploads.close()
    assert not (tmp_path / "uploads").exists()


def test_a_file_may_stand_in_a_json_document(uploads: Uploads) -> None:
    data = encoded(photo())
    body = base64.encodebytes(data).decode()
    for content in (body, f"data:image/jpeg;base64,{body}"):
        kept = uploads.keep_encoded(content, None)
        assert kept.path.read_bytes() == data
        uploads.drop(kept)
    for content in ("not base64!", "data:image/jpeg;base64,%%%", "data:text/html,<p>"):
        with pytest.raises(TastemakerError):
            uploads.keep_encoded(content, None)


@given(st.text())
def test_a_name_is_harmless_whatever_was_sent_for_it(name: str) -> None:
    plain = harmless(name)
    assert plain
    assert not plain.startswith(".")
    assert plain.count(".") <= 1
    assert not set(plain) & set("/\\<>\"'&\0 \n")
    assert len(plain) < 80


def test_what_a_killed_server_left_behind_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    left, used, other = (tmp_path / f"tastemaker-{name}" for name in (f"{gone.pid}-x", f"{os.getpid()}-x", "notes"))
    for folder in (left, used, other):
        folder.mkdir()
    made = private_folder()
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert [folder.exists() for folder in (left, used, other)] == [False, True, True]
