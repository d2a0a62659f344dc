"""A video becomes a few key frames, one per scene, and its sound track."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from agent.errors import MediaError
from agent.media.decoder import MediaDecoder
from agent.media.key_frames import MAX_FRAMES
from agent.media.limits import DecodeLimits
from tests.support.made_media import photo, scenes, tone, write_sound, write_video

RED, GREEN, BLUE = (220, 20, 20), (20, 220, 20), (20, 20, 220)


@pytest.fixture(scope="module")
def decoder() -> Iterator[MediaDecoder]:
    with MediaDecoder(children=1) as shared:
        yield shared


@pytest.mark.parametrize(
    ("name", "codec"),
    [("v.mp4", "libx264"), ("v.mov", "mpeg4"), ("v.mkv", "libx264"), ("v.webm", "libvpx"), ("v.avi", "mjpeg")],
)
def test_each_scene_gives_one_frame_with_its_second(
    decoder: MediaDecoder, tmp_path: Path, name: str, codec: str
) -> None:
    path = write_video(tmp_path / name, 6, scenes([RED, GREEN, BLUE], 2.0), codec=codec)
    clip = decoder.clip(path)
    assert clip.sound is None
    assert clip.duration_s == pytest.approx(6, abs=0.3)
    assert clip.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [frame.rgb.reshape(-1, 3).mean(axis=0).argmax() for frame in clip.frames] == [0, 1, 2]
    assert [frame.start_s for frame in clip.frames] == pytest.approx([0, 2, 4], abs=1.1)
    assert {(frame.width, frame.height) for frame in clip.frames} == {(160, 96)}


def test_the_sound_track_comes_along(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 2, scenes([RED], 2.0), sound=tone(2.0))
    clip = decoder.clip(path)
    assert clip.sound is not None
    assert clip.sound.duration_s == pytest.approx(2.0, abs=0.2)
    assert clip.sound.sha256 == clip.sha256


def test_a_still_video_gives_one_frame(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 5, scenes([RED], 5.0))
    assert len(decoder.clip(path).frames) == 1


def test_a_black_beginning_is_passed_over(decoder: MediaDecoder, tmp_path: Path) -> None:
    picture = scenes([GREEN], 9.0)
    path = write_video(tmp_path / "v.mp4", 4, lambda s: picture(s) if s >= 1 else np.zeros((96, 160, 3), np.uint8))
    clip = decoder.clip(path)
    assert len(clip.frames) == 1
    assert clip.frames[0].start_s == pytest.approx(1, abs=0.3)


def test_an_entirely_black_video_still_gives_a_frame(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 1, lambda _: np.zeros((96, 160, 3), np.uint8))
    assert len(decoder.clip(path).frames) == 1


def test_a_blurred_opening_frame_gives_way_to_a_sharp_one(decoder: MediaDecoder, tmp_path: Path) -> None:
    sharp = np.random.default_rng(0).integers(90, 160, (48, 80, 3), dtype=np.uint8).repeat(2, 0).repeat(2, 1)
    soft = (photo(160, 96) // 8 + 110).astype(np.uint8)

    def draw(second: float) -> NDArray[np.uint8]:
        return soft if second < 0.4 else sharp

    clip = decoder.clip(write_video(tmp_path / "v.mp4", 3, draw))
    assert clip.frames[0].start_s == pytest.approx(0.4, abs=0.25)


def test_never_more_frames_than_the_cap(decoder: MediaDecoder, tmp_path: Path) -> None:
    colours = [RED, GREEN, BLUE] * 6
    path = write_video(tmp_path / "v.mp4", 18, scenes(colours, 1.0), fps=5)
    frames = decoder.clip(path).frames
    assert len(frames) == MAX_FRAMES
    assert frames[0].start_s == pytest.approx(0, abs=1.1)


def test_a_long_video_is_read_at_its_encoded_key_frames(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 90, scenes([RED, BLUE], 45.0), fps=2)
    frames = decoder.clip(path).frames
    assert [frame.rgb.reshape(-1, 3).mean(axis=0).argmax() for frame in frames] == [0, 2]


def test_a_sound_is_no_video(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = write_sound(tmp_path / "v.mp4", tone(1.0), "aac")
    with pytest.raises(MediaError, match=r"The video 'v\.mp4' holds no video"):
        decoder.clip(path)


def test_a_video_without_sound_is_no_sound(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 1, scenes([RED], 1.0))
    with pytest.raises(MediaError, match="holds no sound"):
        decoder.sound(path)


def test_a_codec_not_on_the_list_is_refused(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mkv", 1, scenes([RED], 1.0), codec="ffv1")
    with pytest.raises(MediaError, match="holds no video that can be decoded"):
        decoder.clip(path)


def test_a_video_without_frames_is_refused(decoder: MediaDecoder, tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mkv", 2, scenes([RED, BLUE], 1.0)).read_bytes()
    path = tmp_path / "v.mkv"
    path.write_bytes(whole[: whole.index(b"\x1f\x43\xb6\x75")])  # up to the first cluster
    with pytest.raises(MediaError, match=r"without frames|is damaged|holds no video"):
        decoder.clip(path)


def test_too_long_and_too_large_videos_are_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 4, scenes([RED], 4.0))
    short = MediaDecoder(children=1, limits=DecodeLimits(duration_s=3))
    with short, pytest.raises(MediaError, match="lasts 4 s, more than the 3 s allowed"):
        short.clip(path)
    small = MediaDecoder(children=1, limits=DecodeLimits(frame_pixels=10_000))
    with small, pytest.raises(MediaError, match="160 x 96 pixels"):
        small.clip(path)


@given(data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mutated_and_truncated_videos_end_in_a_clip_or_a_refusal(
    decoder: MediaDecoder, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    name = data.draw(st.sampled_from(["m.mp4", "m.webm"]))
    source = folder / name
    if not source.exists():
        codec = "libx264" if name == "m.mp4" else "libvpx"
        write_video(source, 1, scenes([RED, BLUE], 0.5), codec=codec, sound=tone(1.0))
    whole = bytearray(source.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    path = folder / f"mutated{source.suffix}"
    path.write_bytes(whole[:cut] if cut % 3 == 0 else whole)
    try:
        clip = decoder.clip(path)
    except MediaError:
        return
    assert 1 <= len(clip.frames) <= MAX_FRAMES
