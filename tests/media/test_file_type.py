"""File types: what a file is, told from its first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.media.file_type import HEAD_BYTES, FileType, sniff
from tests.support.made_media import encoded, photo


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_a_picture_names_the_one_reader_that_may_open_it(name: str) -> None:
    kind = sniff(encoded(photo(), name)[:HEAD_BYTES])
    assert kind is not None
    assert (kind.kind, kind.reader) == ("picture", name)


@pytest.mark.parametrize(
    ("head", "reader"),
    [
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (b"ID3\x04\x00", "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"\x00\x00\x00\x20ftypisom", "mov"),
        (b"\x00\x00\x00\x08wide", "mov"),
        (b"\x1aE\xdf\xa3", "matroska"),
    ],
)
def test_sound_and_video_name_their_demuxer(head: bytes, reader: str) -> None:
    kind = sniff(head)
    assert kind is not None
    assert (kind.kind, kind.reader) == ("media", reader)


@pytest.mark.parametrize(
    ("head", "label"),
    [
        (b"%PDF-1.7", "a PDF document"),
        (b"<svg xmlns=", "an SVG drawing"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x00\x00\x00\x20ftypheic", "a HEIC picture"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "a HEIC picture"),
        (b"<!DOCTYPE html><title>", "a web page"),
        (b"\x00\x00\x00\x0cjP  \r\n", "a JPEG 2000 picture"),
    ],
)
def test_what_is_known_and_turned_down_has_a_name_and_no_reader(head: bytes, label: str) -> None:
    assert sniff(head) == FileType("other", label)


@pytest.mark.parametrize("head", [b"", b"\xff", b"hello", b"RIFF", b"RIFF\x00\x00\x00\x00CDXA"])
def test_anything_else_is_nothing_we_know(head: bytes) -> None:
    assert sniff(head) is None


@given(st.binary(max_size=HEAD_BYTES))
def test_any_beginning_is_told_or_not_and_never_an_error(head: bytes) -> None:
    kind = sniff(head)
    assert kind is None or bool(kind.reader) == (kind.kind != "other")
