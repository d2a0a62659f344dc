"""Which points of two pictures show the same spot: by what lies around them, and by how they are turned and sized."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.matching.points import LocalPoints

RATIO = 0.85  # of distances: what is almost as like to another spot says nothing
OCTAVES, DEGREES = 0.75, 25.0  # by which the spots of one thing may differ in size and turn

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class PointPairs:
    """Points of a request's picture with those of an item's that are like them, by their numbers.

    Attributes:
        request: Of the request's picture, shape (n,).
        item: Of the item's, shape (n,).
    """

    request: Rows
    item: Rows

    def __len__(self) -> int:
        return len(self.request)

    def taking(self, rows: NDArray[np.bool_]) -> PointPairs:
        """Some of them."""
        return PointPairs(self.request[rows], self.item[rows])


def paired(request: LocalPoints, items: Sequence[LocalPoints]) -> Iterator[PointPairs]:
    """For each picture of `items` the pairs that are nearest to each other, and much nearer than to any other.

    Source: Lowe 2004, section 7.1, for the ratio.
    """
    if not items:
        return
    # one product for all of them: that is where most of the time goes
    likeness = _units(request) @ np.concatenate([_units(points) for points in items]).T
    start = 0
    for points in items:
        yield _nearest(likeness[:, start : start + len(points)])
        start += len(points)


def agreeing(pairs: PointPairs, request: LocalPoints, item: LocalPoints) -> PointPairs:
    """The most pairs that are turned and sized against each other in about the same way.

    Pairs of different things are so by chance, and few of them are left: this is what keeps the search for a plane from
    ever meeting most false candidates.

    Source: Jégou, Douze and Schmid, Hamming Embedding and Weak Geometric Consistency, ECCV 2008, section 4.
    """
    if not len(pairs):
        return pairs
    grown = request.sizes[pairs.request] - item.sizes[pairs.item]
    turned = request.turns[pairs.request] - item.turns[pairs.item]
    apart = np.abs((turned[:, None] - turned + 180) % 360 - 180)
    near = (np.abs(grown[:, None] - grown) < OCTAVES) & (apart < DEGREES)
    return pairs.taking(near[near.sum(axis=1).argmax()])


def _units(points: LocalPoints) -> NDArray[np.float32]:
    vectors = points.descriptors.astype(np.float32)
    units: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return units


def _nearest(likeness: NDArray[np.float32]) -> PointPairs:
    n_request, n_item = likeness.shape
    if n_request < 2 or n_item < 2:
        return PointPairs(np.empty(0, np.intp), np.empty(0, np.intp))
    nearest = likeness.argmax(axis=1)
    mutual = np.flatnonzero(likeness.argmax(axis=0)[nearest] == np.arange(n_request))
    own = nearest[mutual]
    others = likeness[mutual]
    best = others[np.arange(len(mutual)), own]
    others[np.arange(len(mutual)), own] = -1
    # of unit vectors the square of the distance is twice what the cosine lacks of one
    clear = (1 - best) < RATIO**2 * (1 - others.max(axis=1))
    return PointPairs(mutual, own).taking(clear)


__all__ = ["PointPairs", "agreeing", "paired"]
