"""Photographs as people take them, made from the pictures of a catalog: warped, in other light, among other things.

They stand in for photographs that nobody has taken yet. They show the very picture of the catalog: what they cannot
show is a thing from its other side, or another copy of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Alpha = NDArray[np.float32]

SIDE = 480  # pixels
TURN, BEND = 0.25, 0.09  # radians, and shares of its size by which corners are moved
SIZES = 0.45, 0.75  # of the photograph that the thing takes
RIM = 6  # pixels of the border of a picture, 256 long, that are taken for its background
CUT_ROUNDS = 4


def chance(key: str) -> np.random.Generator:
    """Random numbers that are always the same for a key."""
    return np.random.default_rng(int(hashlib.sha256(key.encode()).hexdigest()[:8], 16))


def is_held_back(key: str) -> bool:
    """Whether a request is of the half that nothing was chosen on."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2 == 1


def cut_out(rgb: Rgb) -> Alpha:
    """Where the thing is in a picture of a shop, in [0, 1].

    Source: Rother, Kolmogorov and Blake, GrabCut, SIGGRAPH 2004.
    """
    import cv2

    height, width = rgb.shape[:2]
    scale = 256 / max(height, width)
    small = cv2.resize(rgb, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    mask = np.full(small.shape[:2], cv2.GC_BGD, np.uint8)
    mask[RIM:-RIM, RIM:-RIM] = cv2.GC_PR_FGD
    cv2.setRNGSeed(1)
    cv2.grabCut(small, mask, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), CUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    thing = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(cv2.resize(thing, (width, height)), (0, 0), 1.5))


def all_of(rgb: Rgb) -> Alpha:
    """A printed thing fills its picture."""
    return np.ones(rgb.shape[:2], np.float32)


def photograph(
    thing: tuple[Rgb, Alpha], background: Rgb, rng: np.random.Generator, beside: Sequence[tuple[Rgb, Alpha]] = ()
) -> bytes:
    """A JPEG file of a thing before a background.

    Args:
        beside: Other things left and right of it, as on a shelf.
    """
    import cv2

    scene = _part(background, rng)
    size = float(rng.uniform(*SIZES)) * SIDE
    middle = SIDE / 2 + rng.uniform(-0.1, 0.1, 2) * SIDE
    for number, other in enumerate(beside):
        shift = (-1, 1)[number % 2] * size * rng.uniform(0.75, 0.95), rng.uniform(-0.05, 0.05) * SIDE
        _put(scene, other, middle + shift, size, rng)
    _put(scene, thing, middle, size, rng)
    light = rng.uniform(0.8, 1.2, 3) * rng.uniform(0.65, 1.2)
    falling = 1 + rng.uniform(-0.3, 0.3) * np.linspace(-1, 1, SIDE)[None, :, None]
    lit = cv2.GaussianBlur(scene * light * falling, (0, 0), float(rng.uniform(0.3, 1.6)))
    noisy = np.clip(lit + rng.normal(0, 5, lit.shape), 0, 255).astype(np.uint8)
    _, file = cv2.imencode(".jpg", noisy[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(50, 85))])
    return file.tobytes()


def _part(background: Rgb, rng: np.random.Generator) -> NDArray[np.float64]:
    import cv2

    height, width = background.shape[:2]
    share = rng.uniform(0.5, 1)
    high, wide = int(height * share), int(width * share)
    top, left = rng.integers(height - high + 1), rng.integers(width - wide + 1)
    return np.asarray(cv2.resize(background[top : top + high, left : left + wide], (SIDE, SIDE)), dtype=np.float64)


def _put(
    scene: NDArray[np.float64],
    thing: tuple[Rgb, Alpha],
    middle: NDArray[np.float64],
    size: float,
    rng: np.random.Generator,
) -> None:
    import cv2

    rgb, alpha = thing
    height, width = rgb.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    turn = rng.uniform(-TURN, TURN)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    seen = (corners - [width / 2, height / 2]) * (size / max(height, width)) @ turned.T + middle
    seen += rng.uniform(-BEND, BEND, (4, 2)) * size
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))
    there = cv2.warpPerspective(alpha, matrix, (SIDE, SIDE))[..., None]
    scene[:] = scene * (1 - there) + cv2.warpPerspective(rgb, matrix, (SIDE, SIDE), flags=cv2.INTER_AREA) * there


__all__ = ["all_of", "chance", "cut_out", "is_held_back", "photograph"]
