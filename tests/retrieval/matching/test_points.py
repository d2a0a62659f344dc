"""Local points as bytes, and back again."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.matching.points import MOST_PICTURES, MOST_POINTS, POINT_BYTES, LocalPoints


def points(n: int, seed: int = 0) -> LocalPoints:
    rng = np.random.default_rng(seed)
    return LocalPoints(
        1.0,
        0.75,
        rng.uniform(0, 0.75, (n, 2)).astype(np.float32),
        rng.uniform(-8, -1, n).astype(np.float32),
        rng.uniform(0, 360, n).astype(np.float32),
        rng.integers(256, size=(n, 128)).astype(np.uint8),
    )


@pytest.mark.parametrize("n", [0, 1, MOST_POINTS])
def test_what_is_read_is_what_was_written_as_finely_as_it_is_kept(n: int) -> None:
    before = points(n)
    after = LocalPoints.from_bytes(before.to_bytes())
    assert (len(after), after.height, after.width) == (n, 1.0, 0.75)
    assert after.places == pytest.approx(before.places, abs=5e-4)
    assert after.sizes == pytest.approx(before.sizes, abs=5e-3)
    assert after.turns == pytest.approx(before.turns, abs=0.2)
    assert (after.descriptors == before.descriptors).all()


def test_an_item_takes_no_more_than_is_said() -> None:
    assert MOST_PICTURES * len(points(MOST_POINTS).to_bytes()) == MOST_PICTURES * (MOST_POINTS * POINT_BYTES + 8)
    assert MOST_PICTURES * (MOST_POINTS * POINT_BYTES + 8) < 137_000
