"""Made-up packages: shapes and letters that nothing else has, and what a camera makes of them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]

HEIGHT, WIDTH, SIDE = 320, 240, 480


def package(seed: int) -> Rgb:
    """A printed thing, uint8, shape (320, 240, 3)."""
    rng = np.random.default_rng(seed)
    scene = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    scene[:] = rng.integers(256, size=3)
    for _ in range(40):
        colour = tuple(int(value) for value in rng.integers(256, size=3))
        x, y = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT))
        cv2.ellipse(scene, ((x, y), tuple(rng.uniform(6, 50, 2)), float(rng.uniform(0, 180))), colour, -1)
        letters = "".join(chr(code) for code in rng.integers(65, 91, size=4))
        cv2.putText(scene, letters, (y % WIDTH, x), cv2.FONT_HERSHEY_SIMPLEX, 0.7, colour[::-1], 2)
    return scene


def photographed(rgb: Rgb, *, left: float = 0.5, size: float = 0.6, mirrored: bool = False) -> Rgb:
    """A thing from the side before a plain wall, uint8, shape (480, 480, 3).

    Args:
        left: Where its middle is, in widths of the photograph.
        size: How tall it is, in heights of the photograph.
    """
    high, wide = size * SIDE, size * SIDE * WIDTH / HEIGHT
    middle = np.array([left, 0.5]) * SIDE
    seen = middle + np.array([[-0.5, -0.45], [0.46, -0.5], [0.5, 0.48], [-0.44, 0.5]]) * [wide, high]
    corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    printed = np.ascontiguousarray(rgb[:, ::-1]) if mirrored else rgb
    wall = np.full((SIDE, SIDE, 3), 190, np.uint8)
    return cv2.warpPerspective(printed, matrix, (SIDE, SIDE), dst=wall, borderMode=cv2.BORDER_TRANSPARENT)
