"""Decoding of sounds and videos: one rate, one channel, key frames, and refusals in words."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from agent.media.decode_sound_video import decode_clip, decode_sound, probe
from agent.media.decoded import SAMPLE_RATE
from agent.media.file_type import HEAD_BYTES, as_media, sniff
from agent.media.limits import DecodeLimits
from agent.media.wire import DAMAGED_HINT, SHORTER_HINT, DecodeRefusal
from tests.support.hostile_media import media_bombs
from tests.support.made_media import scenes, tone, write_gif, write_sound, write_video

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


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.wav", "adpcm_ms"),
        ("a.wav", "adpcm_ima_wav"),
        ("a.aiff", "pcm_s16be"),
        ("a.wma", "wmav2"),
        ("a.wav", "pcm_mulaw"),
    ],
)
def test_recordings_of_telephones_studios_and_old_programs_are_heard(name: str, codec: str, tmp_path: Path) -> None:
    data = write_sound(tmp_path / name, tone(1.0), codec, rate=16_000).read_bytes()
    kind = sniff(data[:HEAD_BYTES])
    assert kind is not None
    samples = decode_sound(io.BytesIO(data), kind.reader, LIMITS)
    assert 0.2 < np.abs(samples).max() < 0.5
    assert len(samples) == pytest.approx(SAMPLE_RATE, rel=0.2)


def test_a_gif_is_a_video_where_one_is_wanted(tmp_path: Path) -> None:
    data = write_gif(tmp_path / "a.gif", scenes([RED, BLUE], 0.5)).read_bytes()
    kind = sniff(data[:HEAD_BYTES])
    assert kind is not None
    frames, samples, seconds = decode_clip(io.BytesIO(data), as_media(kind).reader, LIMITS)
    assert [frame.rgb.reshape(-1, 3).mean(axis=0).argmax() for frame in frames] == [0, 2]
    assert samples is None
    assert seconds == pytest.approx(1.0, abs=0.2)


def test_a_wire_that_is_turned_over_does_not_silence_a_recording(tmp_path: Path) -> None:
    left = tone(1.0)
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes((np.stack([left, -left], axis=1) * 32_767).astype("<i2").tobytes())
    samples = decode_sound(io.BytesIO(path.read_bytes()), "wav", LIMITS)
    assert np.abs(samples).max() == pytest.approx(0.3, abs=0.02)


def test_a_codec_that_is_not_decoded_is_named(tmp_path: Path) -> None:
    data = write_sound(tmp_path / "a.wav", tone(1.0), "adpcm_yamaha").read_bytes()
    with pytest.raises(DecodeRefusal, match=r"no sound that can be decoded \(it is in ADPCM Yamaha\)"):
        decode_sound(io.BytesIO(data), "wav", LIMITS)


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


@pytest.mark.parametrize(
    ("bomb", "words"),
    [
        ("hours.wav", "lasts 7200 s"),
        ("channels.wav", "has 255 channels, more than the 16 allowed"),
        ("samples a second.wav", "samples a second in 1 channels"),
    ],
)
def test_a_sound_that_says_it_is_too_much_is_refused_at_once(tmp_path: Path, bomb: str, words: str) -> None:
    with pytest.raises(DecodeRefusal) as caught:
        decode_sound(io.BytesIO(media_bombs()[bomb](tmp_path)), "wav", LIMITS)
    assert words in caught.value.what


def test_a_sound_that_holds_more_than_it_says_is_refused_when_it_does(sound: bytes) -> None:
    with pytest.raises(DecodeRefusal) as caught:
        decode_sound(io.BytesIO(sound), "wav", DecodeLimits(samples=2 * 8_000))
    assert caught.value.what == "has 8,000 samples a second in 1 channels" or "more than" in caught.value.what
    with pytest.raises(DecodeRefusal, match="pieces"):
        decode_sound(io.BytesIO(sound), "wav", DecodeLimits(packets=2))


def test_a_video_of_too_many_frames_is_refused_by_what_it_says_and_by_what_it_holds(
    video: bytes, tmp_path: Path
) -> None:
    with pytest.raises(DecodeRefusal, match="40,000 frames, more than the 36,000 allowed"):
        decode_clip(io.BytesIO(media_bombs()["frames.avi"](tmp_path)), "avi", LIMITS)
    path = write_video(tmp_path / "live.mkv", 2.0, scenes([RED], 2.0))  # which does not say how many it has
    with pytest.raises(DecodeRefusal, match="more than 5 pieces"):
        decode_clip(io.BytesIO(path.read_bytes()), "matroska", DecodeLimits(frames=5))


def test_a_video_as_long_as_a_street_is_refused(video: bytes) -> None:
    with pytest.raises(DecodeRefusal, match="more than 4K"):
        decode_clip(io.BytesIO(video), "mov", DecodeLimits(frame_side=150))
