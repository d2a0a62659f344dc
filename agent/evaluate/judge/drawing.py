"""Pictures drawn by code: shapes and print of which everything is known."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.media.decoded import Picture

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SIDE_PX = 384
_UNIT = 100.0  # shapes are drawn in a square of this side

Box = tuple[float, float, float]
"""Left, top and side of the square that a shape is drawn in, in pixels."""


def drawn(row: Mapping[str, Any]) -> Picture:
    """The picture that a row of the gold set tells of."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (SIDE_PX, SIDE_PX), row["ground"])
    draw = ImageDraw.Draw(image)
    if "draw" in row:
        shape, colour, count = row["draw"]
        for at in range(count if shape not in _PATTERNS else 1):
            _SHAPES[shape](draw, _box(at, 1 if shape in _PATTERNS else count), colour)
    if "print" in row:
        _print(draw, row["print"], "white" if row["ground"] in ("red", "blue", "black") else "black")
    rgb = np.asarray(image, dtype=np.uint8)
    return Picture(hashlib.sha256(rgb.tobytes()).hexdigest(), rgb, SIDE_PX, SIDE_PX)


def _box(at: int, count: int) -> Box:
    """One shape stands in the middle; several stand beside each other."""
    side = SIDE_PX / (count + 0.6)
    gap = (SIDE_PX - side * count) / (count + 1)
    return gap + at * (side + gap), (SIDE_PX - side) / 2, side


def _polygon(*points: tuple[float, float]) -> Callable[[ImageDraw, Box, str], None]:
    def draw(on: ImageDraw, box: Box, colour: str) -> None:
        on.polygon([_at(box, x, y) for x, y in points], fill=colour)

    return draw


def _at(box: Box, x: float, y: float) -> tuple[float, float]:
    left, top, side = box
    return left + side * x / _UNIT, top + side * y / _UNIT


def _rounded(on: ImageDraw, box: Box, colour: str) -> None:
    on.ellipse([_at(box, 0, 0), _at(box, 100, 100)], fill=colour)


def _cross(on: ImageDraw, box: Box, colour: str) -> None:
    on.rectangle([_at(box, 36, 0), _at(box, 64, 100)], fill=colour)
    on.rectangle([_at(box, 0, 36), _at(box, 100, 64)], fill=colour)


def _heart(on: ImageDraw, box: Box, colour: str) -> None:
    on.ellipse([_at(box, 0, 5), _at(box, 52, 57)], fill=colour)
    on.ellipse([_at(box, 48, 5), _at(box, 100, 57)], fill=colour)
    on.polygon([_at(box, 4, 43), _at(box, 96, 43), _at(box, 50, 100)], fill=colour)


def _face(on: ImageDraw, box: Box, colour: str) -> None:
    _rounded(on, box, colour)
    for x in (30, 62):
        on.ellipse([_at(box, x, 28), _at(box, x + 9, 42)], fill="black")
    on.arc([_at(box, 25, 35), _at(box, 75, 78)], 20, 160, fill="black", width=max(3, int(box[2] / 30)))


def _house(on: ImageDraw, box: Box, colour: str) -> None:
    on.rectangle([_at(box, 12, 48), _at(box, 88, 100)], fill=colour)
    on.polygon([_at(box, 0, 50), _at(box, 50, 5), _at(box, 100, 50)], fill="darkred")
    on.rectangle([_at(box, 42, 68), _at(box, 58, 100)], fill="black")
    on.rectangle([_at(box, 20, 58), _at(box, 34, 72)], fill="lightyellow")


def _boat(on: ImageDraw, box: Box, colour: str) -> None:
    on.polygon([_at(box, 5, 70), _at(box, 95, 70), _at(box, 78, 95), _at(box, 22, 95)], fill="saddlebrown")
    on.polygon([_at(box, 48, 5), _at(box, 48, 64), _at(box, 8, 64)], fill=colour)
    on.polygon([_at(box, 54, 15), _at(box, 54, 64), _at(box, 88, 64)], fill=colour)


def _tree(on: ImageDraw, box: Box, colour: str) -> None:
    on.rectangle([_at(box, 44, 60), _at(box, 56, 100)], fill="saddlebrown")
    on.ellipse([_at(box, 15, 0), _at(box, 85, 68)], fill=colour)


def _stripes(on: ImageDraw, _: Box, colour: str) -> None:
    width = SIDE_PX / 10
    for at in range(5):
        on.rectangle([(0, (2 * at + 1) * width), (SIDE_PX, (2 * at + 2) * width)], fill=colour)


def _checks(on: ImageDraw, _: Box, colour: str) -> None:
    side = SIDE_PX / 8
    for row in range(8):
        for column in range(row % 2, 8, 2):
            on.rectangle([(column * side, row * side), ((column + 1) * side, (row + 1) * side)], fill=colour)


def _print(on: ImageDraw, text: str, colour: str) -> None:
    from PIL import ImageFont

    lines = text.split()
    font = ImageFont.load_default(min(90, int(1.5 * SIDE_PX / max(map(len, lines)))))
    on.multiline_text(
        (SIDE_PX / 2, SIDE_PX / 2), "\n".join(lines), colour, font, anchor="mm", align="center", spacing=20
    )


def _star() -> list[tuple[float, float]]:
    angles = (math.pi * (at / 5 - 0.5) for at in range(10))
    lengths = (50.0 if at % 2 == 0 else 20.0 for at in range(10))
    return [(50 + r * math.cos(angle), 50 + r * math.sin(angle)) for angle, r in zip(angles, lengths, strict=True)]


_PATTERNS: Mapping[str, Callable[[ImageDraw, Box, str], None]] = {"stripes": _stripes, "checks": _checks}
_SHAPES: Mapping[str, Callable[[ImageDraw, Box, str], None]] = {
    **_PATTERNS,
    "circle": _rounded,
    "square": _polygon((0, 0), (100, 0), (100, 100), (0, 100)),
    "rectangle": _polygon((0, 30), (100, 30), (100, 70), (0, 70)),
    "triangle": _polygon((50, 5), (100, 95), (0, 95)),
    "star": _polygon(*_star()),
    "cross": _cross,
    "heart": _heart,
    "face": _face,
    "house": _house,
    "boat": _boat,
    "tree": _tree,
}


__all__ = ["SIDE_PX", "drawn"]
