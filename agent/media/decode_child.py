"""The decoding process: reads one request at a time, decodes it under its own limits, answers with plain arrays.

Started by `agent.media.decoder`; imports nothing beyond numpy, Pillow and PyAV.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from agent.media.confined import Answer, bytes_of, limit_cpu, limit_memory, private_stdout, serve
from agent.media.file_type import HEAD_BYTES, MEDIA, PICTURES, FileType, as_media, sniff
from agent.media.limits import MIB, DecodeLimits
from agent.media.wire import DecodeRefusal

_CHUNK = 1 * MIB


def main() -> None:
    """Serve requests from standard input until it closes."""
    limits = DecodeLimits(**json.loads(sys.argv[1]))
    requests, answers = sys.stdin.buffer, private_stdout()
    import agent.media.decode_picture  # noqa: F401 - what every child needs is loaded before the clock runs

    limit_memory(limits.memory_bytes)
    serve(requests, answers, lambda request, blobs: _answer(request, bytes(blobs[0]) if blobs else None, limits))


def _answer(request: dict[str, Any], data: bytes | None, limits: DecodeLimits) -> Answer:
    try:
        return _decode(request["kind"], request.get("path"), data, limits)
    except DecodeRefusal as refused:
        return {"refused": [refused.what, refused.hint]}, ()
    except MemoryError:
        what = f"needs more than {limits.memory_bytes // MIB} MiB of memory to decode"
        return {"refused": [what, "Make it smaller and try again."]}, ()
    except FileNotFoundError:
        return {"refused": ["does not exist", "Check the path."]}, ()
    except OSError as error:
        return {"refused": [f"cannot be read ({error.strerror or error})", "Check the path and its permissions."]}, ()


def _decode(kind: str, path: str | None, data: bytes | None, limits: DecodeLimits) -> Answer:
    if kind == "picture":
        limit_cpu(limits.picture_s)
        return _picture(_read_all(path, limits.picture_bytes) if data is None else data, limits)
    limit_cpu(limits.picture_s if kind == "file" else 2 * limits.media_s)  # video decodes in two threads
    if path is None:
        raise DecodeRefusal("has no path", "Save it to a file first.")
    if kind == "file":
        return _probe(path, limits)
    return _sound(path, limits) if kind == "sound" else _clip(path, limits)


def _picture(data: bytes, limits: DecodeLimits) -> Answer:
    from agent.media.decode_picture import decode_picture

    _check_size(len(data), limits.picture_bytes)
    file_type = _expect("picture", data[:HEAD_BYTES], PICTURES)
    rgb, (width, height), flaw = decode_picture(data, file_type.reader, limits)
    header = {"sha256": hashlib.sha256(data).hexdigest(), "shape": rgb.shape, "width": width, "height": height}
    return {**header, "flaw": flaw}, [rgb]


def _probe(path: str, limits: DecodeLimits) -> Answer:
    from agent.media.decode_sound_video import probe

    with _open(path) as file:
        file_type = sniff(file.read(HEAD_BYTES))
        file.seek(0)
        if file_type is not None and file_type.kind == "picture":
            _picture(_read_all(path, limits.picture_bytes), limits)
            return {"holds": "picture", "label": file_type.label, "reader": file_type.reader}, ()
        _check_size(os.fstat(file.fileno()).st_size, limits.media_bytes)
        file_type = _expect("media", file.read(HEAD_BYTES), f"{PICTURES}, {MEDIA}")
        file.seek(0)
        holds = "video" if probe(file, file_type.reader, limits) else "sound"
    return {"holds": holds, "label": file_type.label, "reader": file_type.reader}, ()


def _sound(path: str, limits: DecodeLimits) -> Answer:
    from agent.media.decode_sound_video import decode_sound

    with _open(path) as file:
        digest, head = _digest(file, limits.media_bytes)
        file_type = _expect("media", head, MEDIA)
        samples = decode_sound(file, file_type.reader, limits)
    return {"sha256": digest}, [samples]


def _clip(path: str, limits: DecodeLimits) -> Answer:
    from agent.media.decode_sound_video import decode_clip

    with _open(path) as file:
        digest, head = _digest(file, limits.media_bytes)
        file_type = _expect("media", head, MEDIA)
        frames, samples, duration_s = decode_clip(file, file_type.reader, limits)
    header = {
        "sha256": digest,
        "duration_s": duration_s,
        "has_sound": samples is not None,
        "frames": [
            {
                "sha256": hashlib.sha256(bytes_of(frame.rgb)).hexdigest(),
                "shape": frame.rgb.shape,
                "width": frame.width,
                "height": frame.height,
                "start_s": frame.start_s,
            }
            for frame in frames
        ],
    }
    arrays: list[NDArray[Any]] = [frame.rgb for frame in frames]
    return header, arrays if samples is None else [*arrays, samples]


def _open(path: str) -> BinaryIO:
    if not Path(path).is_file():  # a named pipe would never end
        raise DecodeRefusal("is not a file" if Path(path).exists() else "does not exist", "Check the path.")
    return Path(path).open("rb")


def _read_all(path: str | None, max_bytes: int) -> bytes:
    if path is None:
        raise DecodeRefusal("has neither path nor content", "Give one of them.")
    with _open(path) as file:
        _check_size(os.fstat(file.fileno()).st_size, max_bytes)
        return file.read(max_bytes + 1)


def _digest(file: BinaryIO, max_bytes: int) -> tuple[str, bytes]:
    """SHA-256 of the file and its first bytes, without holding all of it; the file is left at its beginning."""
    _check_size(os.fstat(file.fileno()).st_size, max_bytes)
    digest, head = hashlib.sha256(), b""
    while chunk := file.read(_CHUNK):
        head = head or chunk[:HEAD_BYTES]
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest(), head


def _check_size(size: int, max_bytes: int) -> None:
    if size == 0:
        raise DecodeRefusal("is empty (0 bytes)", "Save or download it again.")
    if size > max_bytes:
        raise DecodeRefusal(
            f"has {size / MIB:.0f} MiB, more than the {max_bytes / MIB:.0f} MiB allowed", "Use a smaller file."
        )


def _expect(kind: str, head: bytes, known: str) -> FileType:
    file_type = sniff(head)
    if file_type is None:
        raise DecodeRefusal("is of an unknown file type", f"Use {known}.")
    if kind == "media":
        file_type = as_media(file_type)
    if file_type.kind != kind:
        raise DecodeRefusal(f"is {file_type.label} by its content, which cannot be used here", f"Use {known}.")
    return file_type


if __name__ == "__main__":
    main()
