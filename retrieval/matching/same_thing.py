"""Which of the candidates show the very same thing as a picture of the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.matching.pairs import agreeing, paired
from retrieval.matching.plane import on_one_plane
from retrieval.matching.points import LocalPoints

LOOKED_AT = 100  # candidates, the likest
LEAST_PAIRS = 8  # that agree, for a plane to be looked for
LEAST_POINTS = 10  # on it; of 4,000 pairs of different things five had as many, in what both pictures do show.
TIMES_USUAL = 3  # what the candidates of the same request have in the median is so many times less
FEWEST = 8  # candidates of which the median says what is usual
MOST_POINTS = 40  # from which on more say nothing more
MIDDLE = 0.3  # lengths of the longer side from the middle of a picture within which lies what it was taken of


@dataclass(frozen=True, slots=True)
class SeenAgain:
    """That an item's picture shows the same thing as one of the request.

    Attributes:
        points: How many lie in both in the same way.
        sureness: In (0, 1]; less for few points, and for what is far from the middle of the request's picture.
        is_meant: Whether it is near enough to the middle to be what the picture was taken of.
    """

    points: int
    sureness: float
    is_meant: bool


def same_things(requests: Sequence[LocalPoints], items: Mapping[int, Sequence[LocalPoints]]) -> dict[int, SeenAgain]:
    """By row what is known again.

    Args:
        requests: The pictures of the request.
        items: By row the pictures of the candidates.
    """
    best: dict[int, SeenAgain] = {}
    for request in requests:
        for row, seen in _known_again(request, items).items():
            if row not in best or seen.sureness > best[row].sureness:
                best[row] = seen
    return best


def _known_again(request: LocalPoints, items: Mapping[int, Sequence[LocalPoints]]) -> dict[int, SeenAgain]:
    owners = [row for row, pictures in items.items() for _ in pictures]
    pictures = [points for of_item in items.values() for points in of_item]
    counts: dict[int, tuple[int, float]] = {}
    for row, points, pairs in zip(owners, pictures, paired(request, pictures), strict=True):
        alike = agreeing(pairs, request, points)
        found = on_one_plane(alike, request, points) if len(alike) >= LEAST_PAIRS else (0, 1.0)
        counts[row] = max(counts.get(row, (0, 1.0)), found, key=lambda pair: pair[0])
    # of few candidates the most may be the very thing, in several colours or copies
    usual = float(np.median([count for count, _ in counts.values()])) if len(counts) >= FEWEST else 0.0
    least = max(LEAST_POINTS, TIMES_USUAL * usual)
    return {
        row: SeenAgain(count, min(1.0, count / MOST_POINTS) * max(0.1, 1 - aside / MIDDLE), aside < MIDDLE)
        for row, (count, aside) in counts.items()
        if count >= least
    }


__all__ = ["LOOKED_AT", "SeenAgain", "same_things"]
