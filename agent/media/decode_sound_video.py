"""Sounds and videos to arrays. Runs only inside the decoding process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from agent.media.decoded import SAMPLE_RATE
from agent.media.key_frames import KeyFrame, KeyFrames
from agent.media.limits import DecodeLimits
from agent.media.wire import DAMAGED_HINT, SHORTER_HINT, DecodeRefusal

if TYPE_CHECKING:
    from av.container import InputContainer

VIDEO_CODECS = ("h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "mjpeg")
AUDIO_CODECS = (
    "mp3", "mp3float", "aac", "vorbis", "opus", "libopus", "flac", "alac",
    "pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw",
)  # fmt: skip
SAMPLED_EVERY_S = 0.2  # frames nearer to each other than this are not compared
EVERY_FRAME_UP_TO_S = 60.0  # longer videos are read at their encoded key frames only, ten and more times faster
_ATTACHED_PICTURE = av.stream.Disposition.attached_pic

av.logging.set_level(None)


def decode_sound(file: BinaryIO, reader: str, limits: DecodeLimits) -> NDArray[np.float32]:
    """Decode the first sound track.

    Returns:
        float32 in [-1, 1], mono, `SAMPLE_RATE` Hz, shape (n_samples,).

    Raises:
        DecodeRefusal: the file is damaged, holds no sound, or is too long.
    """
    with _opened(file, reader) as container:
        _check_duration(_declared_duration(container), limits)
        samples = _samples(container, limits)
    if samples is None:
        raise DecodeRefusal("holds no sound that can be decoded", f"Use sound in one of {_names(AUDIO_CODECS)}.")
    if not len(samples):
        raise DecodeRefusal("holds a sound of zero length", "Record it again.")
    return samples


def decode_clip(
    file: BinaryIO, reader: str, limits: DecodeLimits
) -> tuple[list[KeyFrame], NDArray[np.float32] | None, float]:
    """Decode a video's key frames and sound track.

    Returns:
        Key frames in order of time; mono samples at `SAMPLE_RATE` Hz, or None without sound; length in seconds.

    Raises:
        DecodeRefusal: the file is damaged, holds no video, or is too long or too large.
    """
    with _opened(file, reader) as container:
        declared_s = _declared_duration(container)
        _check_duration(declared_s, limits)
        frames, seen_s = _key_frames(container, declared_s, limits)
    file.seek(0)
    with _opened(file, reader) as container:
        samples = _samples(container, limits)
    if samples is not None and not len(samples):
        samples = None
    heard_s = 0.0 if samples is None else len(samples) / SAMPLE_RATE
    return frames, samples, max(declared_s, seen_s, heard_s)


def probe(file: BinaryIO, reader: str, limits: DecodeLimits) -> bool:
    """Whether a file holds a video rather than sound alone; nothing is decoded.

    Raises:
        DecodeRefusal: the file is damaged, holds neither that can be decoded, or says that it is too long or too large.
    """
    with _opened(file, reader) as container:
        _check_duration(_declared_duration(container), limits)
        if any(not stream.disposition & _ATTACHED_PICTURE for stream in container.streams.video):
            _video_stream(container, limits)
            return True
        if not any(_decodable(stream, AUDIO_CODECS) for stream in container.streams.audio):
            raise DecodeRefusal("holds no sound that can be decoded", f"Use sound in one of {_names(AUDIO_CODECS)}.")
        return False


def _opened(file: BinaryIO, reader: str) -> InputContainer:
    """The file, opened with one named demuxer and the listed codecs only: others are refused before they see a byte."""
    allowed = ",".join(VIDEO_CODECS + AUDIO_CODECS)
    try:
        return av.open(file, mode="r", format=reader, options={"codec_whitelist": allowed}, metadata_errors="ignore")
    except av.error.MemoryError:
        raise
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise DecodeRefusal(f"is damaged ({_reason(error)})", DAMAGED_HINT) from error


def _declared_duration(container: InputContainer) -> float:
    return max(0.0, container.duration / av.time_base) if container.duration else 0.0


def _check_duration(seconds: float, limits: DecodeLimits) -> None:
    if seconds > limits.duration_s:
        raise DecodeRefusal(f"lasts {seconds:.0f} s, more than the {limits.duration_s:.0f} s allowed", SHORTER_HINT)


def _samples(container: InputContainer, limits: DecodeLimits) -> NDArray[np.float32] | None:
    """The first sound track, or None without one that may be decoded."""
    streams = [stream for stream in container.streams.audio if _decodable(stream, AUDIO_CODECS)]
    if not streams:
        return None
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    parts: list[NDArray[np.float32]] = []
    total = 0
    for frame in _frames(container, streams[0]):
        frame.pts = None  # gaps and jumps of a damaged clock are no reason to stop
        for part in resampler.resample(frame):
            parts.append(_mono(part))
            total += len(parts[-1])
        _check_duration(total / SAMPLE_RATE, limits)  # a file may last longer than it says
    if total:  # the resampler holds back its last samples
        parts += [_mono(part) for part in resampler.resample(None)]
    joined = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    return np.clip(np.nan_to_num(joined), -1.0, 1.0).astype(np.float32, copy=False)


def _mono(frame: av.AudioFrame) -> NDArray[np.float32]:
    return frame.to_ndarray().reshape(-1).astype(np.float32, copy=False)


def _key_frames(container: InputContainer, declared_s: float, limits: DecodeLimits) -> tuple[list[KeyFrame], float]:
    """Key frames and the second of the last frame seen."""
    stream = _video_stream(container, limits)
    if declared_s > EVERY_FRAME_UP_TO_S:
        stream.codec_context.skip_frame = "NONKEY"
    stream.codec_context.thread_count = 2
    chosen, next_s, last_s = KeyFrames(), 0.0, 0.0
    for number, frame in enumerate(_frames(container, stream)):
        at_s = frame.time if frame.time is not None else number / 25
        last_s = max(last_s, at_s)
        _check_duration(last_s, limits)
        if at_s >= next_s or number == 0:
            next_s = at_s + SAMPLED_EVERY_S
            chosen.offer(frame, max(0.0, at_s))
    frames = chosen.frames()
    if not frames:
        raise DecodeRefusal("holds a video without frames", DAMAGED_HINT)
    return frames, last_s


def _video_stream(container: InputContainer, limits: DecodeLimits) -> Any:
    """The first moving picture; covers of music files do not count."""
    moving = [stream for stream in container.streams.video if not stream.disposition & _ATTACHED_PICTURE]
    if not moving:
        raise DecodeRefusal("holds no video", "Use a video, or give it as a sound.")
    streams = [stream for stream in moving if _decodable(stream, VIDEO_CODECS)]
    if not streams:
        raise DecodeRefusal("holds no video that can be decoded", f"Use video in one of {_names(VIDEO_CODECS)}.")
    width, height = streams[0].codec_context.width, streams[0].codec_context.height
    if width * height > limits.frame_pixels:
        raise DecodeRefusal(f"has frames of {width} x {height} pixels, more than 4K", "Make it smaller and try again.")
    return streams[0]


def _decodable(stream: Any, codecs: tuple[str, ...]) -> bool:
    return stream.codec_context is not None and stream.codec_context.name in codecs


def _frames(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Decode what can be decoded; damaged packets are passed over, a damaged end is the end."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            yield from packet.decode()
        except av.error.MemoryError:
            raise
        except av.error.InvalidDataError:
            continue
        except av.error.FFmpegError:
            return


def _names(codecs: tuple[str, ...]) -> str:
    return ", ".join(sorted({name.removeprefix("lib").split("_")[0].removesuffix("float") for name in codecs}))


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)[:80]
