"""Whether the points that two pictures share lie in both of them as on one plane, seen from two sides."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.matching.pairs import PointPairs
from retrieval.matching.points import LocalPoints

REACH = 0.0105  # lengths of the longer side by which a point may lie beside where the plane has it
TRIES, SURE = 300, 0.99
GRID = 4  # rows and columns of the fields of an item's picture
LEAST_FIELDS = 4  # of the 16: a logo alone, which all variants bear, hits fewer
LEAST_AREA, MOST_AREA = 0.01, 4.0  # of the item's picture, in sizes of the request's, which may show a part of it
MOST_STRETCHED = 4.0  # times, one side against the other

Points = NDArray[np.float32]


def on_one_plane(pairs: PointPairs, request: LocalPoints, item: LocalPoints) -> tuple[int, float]:
    """How many pairs lie as on one plane, and how far from the middle of the request's picture they are.

    Returns:
        (0, 1.0) where the plane is none that a camera can see, or the points of the item lie too close together.

    Source: Fischler and Bolles, Random Sample Consensus, CACM 24(6), 1981.
    """
    import cv2

    from_item, to_request = item.places[pairs.item], request.places[pairs.request]
    cv2.setRNGSeed(0)  # the same pictures, the same answer
    # None where it finds none, which its own types leave out
    fitted: Any = cv2.findHomography(from_item, to_request, cv2.RANSAC, REACH, maxIters=TRIES, confidence=SURE)
    matrix, inside = fitted
    if matrix is None:
        return 0, 1.0
    held = inside.ravel().astype(bool)
    corners = np.array([[0, 0], [item.width, 0], [item.width, item.height], [0, item.height]], np.float32)
    outline = cv2.perspectiveTransform(corners[None], matrix)[0]
    if not (_is_seen(outline, request, item) and _fields(from_item[held], item) >= LEAST_FIELDS):
        return 0, 1.0
    middle = np.array([request.width, request.height]) / 2
    return int(held.sum()), float(np.linalg.norm(to_request[held].mean(axis=0) - middle))


def _is_seen(outline: Points, request: LocalPoints, item: LocalPoints) -> bool:
    """Whether a camera can see a picture with this outline: not mirrored or folded, neither a speck nor a thread."""
    sides = np.roll(outline, -1, axis=0) - outline
    following = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0]
    x, y = outline.T
    area = abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2 / (request.width * request.height)
    lengths = np.linalg.norm(sides, axis=1)
    if not (turns > 0).all() or not LEAST_AREA < area < MOST_AREA:
        return False
    stretched = (lengths[0] + lengths[2]) / (lengths[1] + lengths[3]) / (item.width / item.height)
    return bool(1 / MOST_STRETCHED < stretched < MOST_STRETCHED)


def _fields(places: Points, item: LocalPoints) -> int:
    """In how many fields of the item's picture points lie."""
    across = np.minimum(places[:, 0] / item.width * GRID, GRID - 1).astype(int)
    down = np.minimum(places[:, 1] / item.height * GRID, GRID - 1).astype(int)
    return len(set(zip(across.tolist(), down.tolist(), strict=True)))


__all__ = ["on_one_plane"]
