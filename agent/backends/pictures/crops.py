"""Parts of a picture that may be all that is asked for: people photograph a thing with what stands around it.

Measured by `python -m benchmarks --only same_thing`; that of several views the likest counts never made a thing in
clutter harder to find, while averaging them did.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]

CENTRE = 0.7  # of the shorter side
SIDE = 96  # pixels of the longer side in which what stands out is looked for
MARGIN = 0.08  # of its own size, that a thing is cut out with
LEAST_PART = 0.15  # of the picture's longer side: what is smaller shows too little
INSIDE = 0.05, 0.95  # of all that stands out, along either axis, what lies between these is the thing


def views(rgb: Rgb) -> list[Rgb]:
    """The middle of a picture, and what stands out in it from its border."""
    height, width = rgb.shape[:2]
    edge = max(1, round(min(height, width) * CENTRE))
    top, left = (height - edge) // 2, (width - edge) // 2
    return [rgb[top : top + edge, left : left + edge], standing_out(rgb)]


def standing_out(rgb: Rgb) -> Rgb:
    """The part whose colours are unlike those of the border, the middle of the picture more than its edges.

    Source: the border as background of Wei and others, Geodesic Saliency Using Background Priors, ECCV 2012; the
    distance is that of Mahalanobis to the border's colours.
    """
    strength = _strength(rgb)
    least = _threshold(strength)
    held = np.where(strength > least, strength, 0.0)
    if held.sum() <= 0:
        return rgb
    height, width = rgb.shape[:2]
    (left, right), (top, bottom) = (_between(held.sum(axis=axis)) for axis in (0, 1))
    across, down = (left * width, right * width), (top * height, bottom * height)
    side = max(across[1] - across[0], down[1] - down[0], LEAST_PART * max(height, width)) * (1 + 2 * MARGIN)
    return rgb[_around(down, side, height), _around(across, side, width)]


def _strength(rgb: Rgb) -> NDArray[np.float32]:
    """How much each spot stands out, in a small copy of the picture, at least 0."""
    import cv2

    height, width = rgb.shape[:2]
    scale = SIDE / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    colours = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), (0, 0), 1.5)
    rows, columns = colours.shape[:2]
    rim = max(3, rows // 12)
    inner = np.zeros((rows, columns), dtype=bool)
    inner[rim:-rim, rim:-rim] = True
    border = colours[~inner]
    away = colours - border.mean(axis=0)
    form = np.linalg.inv(np.cov(border.T) + 4 * np.eye(3))  # a border of one colour has no spread to divide by
    distance = np.sqrt(np.maximum(np.einsum("hwi,ij,hwj->hw", away, form, away), 0))
    down, across = np.mgrid[0:rows, 0:columns]
    nearness = np.exp(-(((across / columns - 0.5) / 0.35) ** 2 + ((down / rows - 0.5) / 0.35) ** 2) / 2)
    return np.asarray(cv2.GaussianBlur((distance * nearness).astype(np.float32), (0, 0), 2.0))


def _threshold(strength: NDArray[np.float32]) -> float:
    """What parts spots that stand out from those that do not.

    Source: Otsu, A Threshold Selection Method from Gray-Level Histograms, 1979.
    """
    import cv2

    highest = float(strength.max())
    if highest <= 0:
        return 0.0
    level, _ = cv2.threshold((strength / highest * 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    return float(level) / 255 * highest


def _between(sums: NDArray[np.float32]) -> tuple[float, float]:
    """Where along an axis the middle nine tenths of what stands out lie, in shares of its length."""
    shares = np.cumsum(sums) / sums.sum()
    first, last = np.searchsorted(shares, INSIDE)
    return first / len(sums), min(1.0, (last + 1) / len(sums))


def _around(ends: tuple[float, float], side: float, size: int) -> slice:
    """A stretch of pixels of this length around the middle of another, moved inside the picture."""
    length = min(side, size)
    start = min(max(0.0, sum(ends) / 2 - length / 2), size - length)
    return slice(int(start), max(int(start) + 1, round(start + length)))


__all__ = ["standing_out", "views"]
