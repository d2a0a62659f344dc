"""Decode files from outside in child processes, so that no file can harm, hang or fill this one."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import numpy as np

from agent.errors import MediaError
from agent.media import wire
from agent.media.confined_process import ConfinedDeath, ConfinedProcess, ConfinedTimeout
from agent.media.decoded import Clip, Picture, Sound
from agent.media.limits import DecodeLimits
from agent.media.wire import DAMAGED_HINT, SHORTER_HINT

MediaKind = Literal["picture", "sound", "video"]
Kind = MediaKind | Literal["file"]
Reply = tuple[wire.Header, list[bytearray]]

AHEAD = 8  # pictures decoded before they are asked for


@dataclass(frozen=True, slots=True)
class FoundType:
    """What a file holds.

    Attributes:
        label: Plain name for messages, such as `a PNG picture`.
        reader: Name of the Pillow format or FFmpeg demuxer that reads it.
    """

    kind: MediaKind
    label: str
    reader: str


class MediaDecoder:
    """Pictures, sounds and videos as plain arrays, decoded in reusable processes.

    They start at first use, are replaced when a file kills them, and end with `close`. Pictures have processes of their
    own: a film that takes its two minutes keeps no picture waiting. Any thread may call.

    Args:
        children: How many pictures are decoded at the same time, and how many sounds and videos.
        limits: What one file may ask for.
    """

    def __init__(self, *, children: int = 2, limits: DecodeLimits | None = None) -> None:
        self._limits = limits or DecodeLimits()
        self._for_pictures, self._for_media = _Children(children, self._limits), _Children(children, self._limits)
        self._pool = ThreadPoolExecutor(max_workers=children, thread_name_prefix="decode")

    def __enter__(self) -> MediaDecoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def picture(self, path: str | Path) -> Picture:
        """Decode a picture file.

        Raises:
            MediaError: it is missing, broken, too large or of a type not allowed.
        """
        return _picture(self._ask("picture", path))

    def picture_bytes(self, data: bytes, name: str = "upload") -> Picture:
        """Decode a picture that is already in memory; `name` is for messages. Raises as `picture` does."""
        return _picture(self._ask("picture", name, data))

    def pictures(self, paths: Iterable[str | Path], *, ahead: int = AHEAD) -> Iterator[Picture | MediaError]:
        """Decode many pictures ahead of the consumer, a bounded number at a time.

        Args:
            paths: Files.
            ahead: How many are decoded before they are asked for.

        Yields:
            One result per path, in the order of the paths; a refusal is yielded, not raised.
        """
        waiting: deque[Future[Picture | MediaError]] = deque()
        try:
            for path in paths:
                waiting.append(self._pool.submit(self._picture_or_error, path))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def sound(self, path: str | Path) -> Sound:
        """Decode a sound file, or the sound track of a video. Raises as `picture` does, also when it has none."""
        header, (samples,) = self._ask("sound", path)
        return Sound(str(header["sha256"]), np.frombuffer(samples, np.float32))

    def clip(self, path: str | Path) -> Clip:
        """Decode a video's key frames and sound track. Raises as `picture` does, also when it has no frames."""
        header, blobs = self._ask("video", path)
        # Behind the frames comes the sound, if there is one: there may be a blob more than frames.
        frames = tuple(_picture((frame, [blob])) for frame, blob in zip(header["frames"], blobs, strict=False))
        digest = str(header["sha256"])
        sound = Sound(digest, np.frombuffer(blobs[-1], np.float32)) if header["has_sound"] else None
        return Clip(digest, frames, sound, float(header["duration_s"]))

    def look(self, path: str | Path) -> FoundType:
        """What a file holds, by its content: pictures are decoded whole, sounds and videos only opened.

        Raises:
            MediaError: it is none of the three, broken, or beyond the limits.
        """
        header, _ = self._ask("file", path)
        return FoundType(header["holds"], str(header["label"]), str(header["reader"]))

    def close(self) -> None:
        """End the children; safe to call twice."""
        self._pool.shutdown(cancel_futures=True)
        self._for_pictures.stop()
        self._for_media.stop()

    def _picture_or_error(self, path: str | Path) -> Picture | MediaError:
        try:
            return self.picture(path)
        except MediaError as error:
            return error

    def _ask(self, kind: Kind, path: str | Path, data: bytes | None = None) -> Reply:
        subject = f"The {kind} {Path(path).name!r}"
        long = kind in ("sound", "video")
        timeout_s = self._limits.media_s if long else self._limits.picture_s
        request: dict[str, Any] = {"kind": kind} if data is not None else {"kind": kind, "path": str(path)}
        try:
            with (self._for_media if long else self._for_pictures).leased() as child:
                header, blobs = child.exchange(request, data, timeout_s)
        except ConfinedTimeout as error:
            raise MediaError(f"{subject} took longer than {timeout_s:g} s to decode.", SHORTER_HINT) from error
        except ConfinedDeath as error:
            raise MediaError(f"{subject} cannot be decoded: the decoder {error}.", DAMAGED_HINT) from error
        if refused := header.get("refused"):
            what, hint = refused
            raise MediaError(f"{subject} {what}.", str(hint))
        return header, blobs


class _Children:
    """Decoding processes that are lent to one thread at a time."""

    def __init__(self, n: int, limits: DecodeLimits) -> None:
        self._all = [ConfinedProcess("agent.media.decode_child", asdict(limits)) for _ in range(n)]
        # The child that was used last comes first: one file at a time never starts a second child.
        self._free: queue.LifoQueue[ConfinedProcess] = queue.LifoQueue()
        for child in self._all:
            self._free.put(child)

    @contextmanager
    def leased(self) -> Iterator[ConfinedProcess]:
        """One of them, once one is free; given back also when it died: it starts again when it is next asked."""
        child = self._free.get()
        try:
            yield child
        finally:
            self._free.put(child)

    def stop(self) -> None:
        for child in self._all:
            child.stop()


def _picture(reply: Reply) -> Picture:
    header, (pixels,) = reply
    rgb = np.frombuffer(pixels, np.uint8).reshape(header["shape"])
    size = int(header["width"]), int(header["height"])
    return Picture(str(header["sha256"]), rgb, *size, header.get("start_s"), str(header.get("flaw", "")))
