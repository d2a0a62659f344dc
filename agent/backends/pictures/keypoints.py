"""Points of pictures by which the same thing is known again: SIFT, with the square root of Hellinger's kernel.

Source: Lowe, Distinctive Image Features from Scale-Invariant Keypoints, IJCV 60(2), 2004; Arandjelović and Zisserman,
Three things everyone should know to improve object retrieval, CVPR 2012, section 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.matching.points import DESCRIPTOR, UNIT, LocalPoints

SIDE = 360  # pixels of the longer side in which they are looked for: 480 cost 1.6 times as much, and find no more
LEAST_SIDE = 16  # pixels: nothing smaller has any
CONTRAST = 0.03


def local_points(rgb: NDArray[np.uint8], most: int) -> LocalPoints:
    """The points of a picture that stand out the most.

    Args:
        rgb: uint8, shape (height, width, 3).
        most: How many at most.
    """
    import cv2

    height, width = rgb.shape[:2]
    scale = SIDE / max(height, width)
    size = (max(LEAST_SIDE, round(width * scale)), max(LEAST_SIDE, round(height * scale)))
    by_area = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    grey = cv2.cvtColor(cv2.resize(rgb, size, interpolation=by_area), cv2.COLOR_RGB2GRAY)
    found, around = cv2.SIFT.create(nfeatures=most, contrastThreshold=CONTRAST).detectAndCompute(grey, None)
    found = found[:most]  # it gives more where several stand out the same
    described = np.zeros((0, DESCRIPTOR), np.float32) if around is None else np.asarray(around[:most], np.float32)
    longer = max(size)
    return LocalPoints(
        height=size[1] / longer,
        width=size[0] / longer,
        places=np.array([point.pt for point in found], np.float32).reshape(-1, 2) / longer,
        sizes=np.log2(np.array([max(point.size, 1e-3) for point in found], np.float32) / longer),
        turns=np.array([point.angle for point in found], np.float32),
        descriptors=_quantised(described),
    )


def _quantised(descriptors: NDArray[np.float32]) -> NDArray[np.uint8]:
    roots = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6))
    return np.asarray(np.clip(np.round(roots * UNIT), 0, 255), dtype=np.uint8)


__all__ = ["local_points"]
