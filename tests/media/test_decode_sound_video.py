"""Decoding of sounds and videos: one rate, one channel, key frames, and refusals in words."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from agent.media.decode_sound_video import decode_clip, decode_sound, probe
from agent.media.decoded import SAMPLE_RATE
from agent.media.limits import DecodeLimits
from agent.media.wire import DAMAGED_HINT, SHORTER_HINT, DecodeRefusal
from tests.support.made_media import scenes, tone, write_sound, write_video

LIMITS = DecodeLimits()
RED, BLUE = (220, 20, 20), (20, 20, 220)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sound") / "tone.wav"
    return write_sound(path, tone(1.5), "pcm_s16le", rate=8_000).read_bytes()


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    return write_video(path, 2.0, scenes([RED, BLUE], 1.0), sound=tone(2.0)).read_bytes()


def test_a_sound_is_brought_to_one_rate(sound: bytes) -> None:
    samples = decode_sound(io.BytesIO(sound), "wav", LIMITS)
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(1.5 * SAMPLE_RATE, rel=0.02)
    assert np.abs(samples).max() == pytest.approx(0.3, abs=0.05)


def test_a_video_gives_its_scenes_its_sound_and_its_length(video: bytes) -> None:
    frames, samples, seconds = decode_clip(io.BytesIO(video), "mov", LIMITS)
    assert [frame.rgb.reshape(-1, 3).mean(axis=0).argmax() for frame in frames] == [0, 2]
    assert 0 <= frames[0].start_s < 1 <= frames[1].start_s < 2
    assert samples is not None
    assert seconds == pytest.approx(2.0, abs=0.2)


def test_a_file_is_told_to_be_a_video_or_a_sound_without_being_decoded(sound: bytes, video: bytes) -> None:
    assert probe(io.BytesIO(video), "mov", LIMITS)
    assert not probe(io.BytesIO(sound), "wav", LIMITS)


@pytest.mark.parametrize("decode", [decode_sound, decode_clip, probe])
def test_what_lasts_too_long_is_refused_with_both_lengths(video: bytes, decode: object) -> None:
    with pytest.raises(DecodeRefusal, match="lasts 2 s, more than the 1 s allowed") as caught:
        decode(io.BytesIO(video), "mov", DecodeLimits(duration_s=1.0))  # type: ignore[operator]
    assert caught.value.hint == SHORTER_HINT


@pytest.mark.parametrize("decode", [decode_sound, decode_clip, probe])
def test_bytes_that_are_no_media_are_damaged(decode: object) -> None:
    with pytest.raises(DecodeRefusal, match="is damaged") as caught:
        decode(io.BytesIO(b"RIFF" + bytes(100)), "wav", LIMITS)  # type: ignore[operator]
    assert caught.value.hint == DAMAGED_HINT


def test_a_sound_is_no_video_and_a_mute_video_no_sound(sound: bytes, tmp_path: Path) -> None:
    with pytest.raises(DecodeRefusal, match="holds no video"):
        decode_clip(io.BytesIO(sound), "wav", LIMITS)
    mute = write_video(tmp_path / "mute.mp4", 1.0, scenes([RED], 1.0)).read_bytes()
    with pytest.raises(DecodeRefusal, match="holds no sound that can be decoded") as caught:
        decode_sound(io.BytesIO(mute), "mov", LIMITS)
    assert "mp3" in caught.value.hint
    assert decode_clip(io.BytesIO(mute), "mov", LIMITS)[1] is None


def test_frames_that_are_too_large_are_refused(video: bytes) -> None:
    with pytest.raises(DecodeRefusal, match="has frames of 160 x 96 pixels"):
        decode_clip(io.BytesIO(video), "mov", DecodeLimits(frame_pixels=1_000))
