"""Which frames of a video are kept: one per scene, chosen in a single pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

MAX_FRAMES = 8
SCENE_CHANGE = 0.25  # half the L1 distance of colour histograms plus mean pixel difference; 0 same, 2 opposite
SETTLES_WITHIN_S = 1.0  # a sharper frame this soon after a cut replaces the first one
SHARPER = 1.3
FLAT = 4.0  # standard deviation of luma (0-255) below which a frame shows nothing: black, white, fade
LONGEST_SIDE = 1024
_THUMB = (96, 54)
_BINS = 16


@dataclass(frozen=True, slots=True, eq=False)
class KeyFrame:
    """A frame worth describing.

    Attributes:
        rgb: uint8, shape (height, width, 3), upright, longest side at most `LONGEST_SIDE`.
        width: Upright pixels of the video.
        height: Upright pixels of the video.
        start_s: Second it was taken from.
    """

    rgb: NDArray[np.uint8]
    width: int
    height: int
    start_s: float


class _Look:
    """What a small copy of a frame tells."""

    def __init__(self, frame: VideoFrame) -> None:
        small = frame.reformat(width=_THUMB[0], height=_THUMB[1], format="rgb24").to_ndarray()
        self.thumb: NDArray[np.float32] = small.astype(np.float32)
        self.histogram = _histogram(self.thumb)
        luma = self.thumb.mean(axis=2)
        self.flat = bool(luma.std() < FLAT)
        self.sharpness = _sharpness(luma)

    def difference(self, other: _Look) -> float:
        colours = float(np.abs(self.histogram - other.histogram).sum(axis=1).max() / 2)
        return colours + float(np.abs(self.thumb - other.thumb).mean() / 255)


@dataclass(slots=True)
class _Scene:
    began_s: float
    change: float
    look: _Look
    frame: KeyFrame


class KeyFrames:
    """Takes frames in order of time and keeps at most `MAX_FRAMES`, those after the largest changes."""

    def __init__(self) -> None:
        self._scenes: list[_Scene] = []

    def offer(self, frame: VideoFrame, at_s: float) -> None:
        """Look at the next frame; keep it if it opens a scene or shows one just opened more sharply."""
        look = _Look(frame)
        current = self._scenes[-1] if self._scenes else None
        if current is None:
            self._scenes.append(_Scene(at_s, np.inf, look, _key_frame(frame, at_s)))
        elif _shows_better(current, look, at_s):
            current.look, current.frame = look, _key_frame(frame, at_s)
        elif not look.flat and (change := look.difference(current.look)) > SCENE_CHANGE:
            self._scenes.append(_Scene(at_s, change, look, _key_frame(frame, at_s)))
            self._drop_least()

    def frames(self) -> list[KeyFrame]:
        """The frames kept, in order of time."""
        return [scene.frame for scene in self._scenes]

    def _drop_least(self) -> None:
        if len(self._scenes) > MAX_FRAMES:
            self._scenes.remove(min(self._scenes, key=lambda scene: scene.change))


def _shows_better(scene: _Scene, look: _Look, at_s: float) -> bool:
    """Whether a frame is a better picture of the scene: anything beats black; soon after a cut, sharper wins."""
    if scene.look.flat:
        return not look.flat
    if at_s - scene.began_s > SETTLES_WITHIN_S or look.difference(scene.look) > SCENE_CHANGE:
        return False
    return look.sharpness > SHARPER * scene.look.sharpness


def _histogram(thumb: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of pixels per level, one row per channel, shape (3, _BINS)."""
    levels = (thumb.reshape(-1, 3) * (_BINS / 256)).astype(np.intp)
    rows = [np.bincount(levels[:, channel], minlength=_BINS) for channel in range(3)]
    return (np.stack(rows) / len(levels)).astype(np.float32)


def _sharpness(luma: NDArray[np.float32]) -> float:
    """Variance of the Laplacian."""
    laplacian = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * luma[1:-1, 1:-1]
    return float(laplacian.var())


def _key_frame(frame: VideoFrame, at_s: float) -> KeyFrame:
    scale = min(1.0, LONGEST_SIDE / max(frame.width, frame.height))
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    rgb = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    quarter_turns = round(frame.rotation / 90) % 4
    upright = np.ascontiguousarray(np.rot90(rgb, quarter_turns), dtype=np.uint8)
    original = (frame.height, frame.width) if quarter_turns % 2 else (frame.width, frame.height)
    return KeyFrame(upright, *original, round(at_s, 3))
