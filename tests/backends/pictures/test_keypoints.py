"""Points of pictures: as many as asked for, inside the picture, and none where nothing stands out."""

from __future__ import annotations

import numpy as np
import pytest

from agent.backends.pictures.keypoints import local_points
from retrieval.matching.points import UNIT
from tests.support.made_packages import package


def test_there_are_as_many_as_asked_for_and_they_lie_in_the_picture() -> None:
    points = local_points(package(1), 100)
    assert len(points) == 100
    assert (points.height, points.width) == (1.0, 0.75)
    assert (points.places >= 0).all()
    assert (points.places <= [points.width, points.height]).all()
    lengths = np.linalg.norm(points.descriptors.astype(float), axis=1)
    assert lengths == pytest.approx(UNIT, rel=0.03)


def test_they_are_the_same_whatever_the_size_of_the_file() -> None:
    small = package(1)
    large = np.repeat(np.repeat(small, 2, axis=0), 2, axis=1)
    assert len(local_points(large, 100)) == len(local_points(small, 100))


@pytest.mark.parametrize("shape", [(1, 1), (2, 900), (900, 2), (40, 40)])
def test_a_picture_of_one_colour_has_none(shape: tuple[int, int]) -> None:
    points = local_points(np.full((*shape, 3), 80, np.uint8), 100)
    assert (len(points), points.places.shape, points.descriptors.shape) == (0, (0, 2), (0, 128))
