"""Sounds and videos to arrays. Runs only inside the decoding process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from agent.media.decoded import SAMPLE_RATE
from agent.media.key_frames import KeyFrame, KeyFrames
from agent.media.limits import DecodeLimits
from agent.media.mixing import mixed
from agent.media.wire import DAMAGED_HINT, SHORTER_HINT, DecodeRefusal

if TYPE_CHECKING:
    from av.container import InputContainer

VIDEO_CODECS = (
    "h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "mjpeg",
    "mpeg1video", "mpeg2video", "h263", "theora", "gif",
)  # fmt: skip
AUDIO_CODECS = (
    "mp3", "mp3float", "aac", "vorbis", "opus", "libopus", "flac", "alac", "mp2", "mp2float",
    "pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be",
    "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw",
    "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "gsm", "gsm_ms", "amrnb", "amrwb", "wmav1", "wmav2", "wmapro",
)  # fmt: skip
_FAMILIES = {"libopus": "opus", "libdav1d": "av1", "mpeg1video": "mpeg1", "mpeg2video": "mpeg2", "amrnb": "amr",
             "amrwb": "amr", "wmav1": "wma", "wmav2": "wma", "wmapro": "wma"}  # fmt: skip
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
            raise _no_sound(container)
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
            raise _no_sound(container)
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
    _check_sound(streams[0], limits)
    # Two channels stay apart until both are whole: their mean may be silent where neither of them is.
    channels = 2 if streams[0].codec_context.channels == 2 else 1
    resampler = av.AudioResampler(format="flt", layout="stereo" if channels == 2 else "mono", rate=SAMPLE_RATE)
    parts: list[NDArray[np.float32]] = []
    total, left = 0, limits.samples
    for frame in _frames(container, streams[0], limits.packets):
        left -= frame.samples * len(frame.layout.channels)
        if left < 0:
            raise DecodeRefusal(f"holds more than {limits.samples:,} samples", SHORTER_HINT)
        frame.pts = None  # gaps and jumps of a damaged clock are no reason to stop
        for part in resampler.resample(frame):
            parts.append(_samples_of(part, channels))
            total += len(parts[-1])
        _check_duration(total / SAMPLE_RATE, limits)  # a file may last longer than it says
    if total:  # the resampler holds back its last samples
        parts += [_samples_of(part, channels) for part in resampler.resample(None)]
    joined = np.concatenate(parts) if parts else np.zeros((0, channels), np.float32)
    mono = mixed(np.nan_to_num(joined, copy=False))
    return np.clip(mono, -1.0, 1.0, out=mono)


def _check_sound(stream: Any, limits: DecodeLimits) -> None:
    """Refuse at once what says of itself that it is too much."""
    channels, rate = stream.codec_context.channels, stream.codec_context.rate or 0
    if channels > limits.channels:
        raise DecodeRefusal(f"has {channels} channels, more than the {limits.channels} allowed", "Mix it to stereo.")
    if rate * channels > limits.samples / limits.duration_s * 8:
        raise DecodeRefusal(f"has {rate:,} samples a second in {channels} channels", "Save it at 48,000 Hz.")


def _samples_of(frame: av.AudioFrame, channels: int) -> NDArray[np.float32]:
    return frame.to_ndarray().reshape(-1, channels).astype(np.float32, copy=False)


def _key_frames(container: InputContainer, declared_s: float, limits: DecodeLimits) -> tuple[list[KeyFrame], float]:
    """Key frames and the second of the last frame seen."""
    stream = _video_stream(container, limits)
    if declared_s > EVERY_FRAME_UP_TO_S:
        stream.codec_context.skip_frame = "NONKEY"
    stream.codec_context.thread_count = 2
    chosen, next_s, last_s = KeyFrames(), 0.0, 0.0
    for number, frame in enumerate(_frames(container, stream, limits.frames)):
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
        raise _undecodable("video", moving, VIDEO_CODECS)
    width, height = streams[0].codec_context.width, streams[0].codec_context.height
    if width * height > limits.frame_pixels or max(width, height) > limits.frame_side:
        raise DecodeRefusal(f"has frames of {width} x {height} pixels, more than 4K", "Make it smaller and try again.")
    if streams[0].frames > limits.frames:
        raise DecodeRefusal(f"has {streams[0].frames:,} frames, more than the {limits.frames:,} allowed", SHORTER_HINT)
    return streams[0]


def _decodable(stream: Any, codecs: tuple[str, ...]) -> bool:
    return stream.codec_context is not None and stream.codec_context.name in codecs


def _frames(container: InputContainer, stream: Any, most: int) -> Iterator[Any]:
    """Decode what can be decoded; damaged packets are passed over, a damaged end is the end."""
    packets = container.demux(stream)
    for _ in range(most):
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
    raise DecodeRefusal(f"is in more than {most:,} pieces", SHORTER_HINT)


def _no_sound(container: InputContainer) -> DecodeRefusal:
    return _undecodable("sound", container.streams.audio, AUDIO_CODECS)


def _undecodable(kind: str, streams: Sequence[Any], codecs: tuple[str, ...]) -> DecodeRefusal:
    """That none of the streams is in a codec that is decoded here, with the name of theirs."""
    context = next((stream.codec_context for stream in streams if stream.codec_context is not None), None)
    theirs = f" (it is in {context.codec.long_name})" if context is not None else ""
    return DecodeRefusal(
        f"holds no {kind} that can be decoded{theirs}", f"Use {kind} in one of {', '.join(_names(codecs))}."
    )


def _names(codecs: tuple[str, ...]) -> list[str]:
    """Plain names of codecs, each family once."""
    return sorted({_FAMILIES.get(name, name.removesuffix("float").split("_")[0]) for name in codecs})


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)[:80]
