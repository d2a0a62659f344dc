"""Parts of a request's picture: its middle, and what stands out from its border."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.pictures.crops import standing_out, views


def test_what_stands_out_is_cut_out_with_a_little_around_it() -> None:
    rgb = np.full((200, 300, 3), 200, np.uint8)
    rgb[60:120, 150:210] = (200, 20, 20)
    part = standing_out(rgb)
    red = (part == (200, 20, 20)).all(axis=2)
    assert red.sum() >= 0.9 * 60 * 60
    assert part.shape[0] < 110
    assert part.shape[1] < 110


def test_a_picture_of_one_colour_is_left_as_it_is() -> None:
    rgb = np.full((50, 80, 3), 7, np.uint8)
    assert standing_out(rgb).shape == rgb.shape


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 5))
def test_every_picture_has_parts_that_are_not_empty(height: int, width: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(256, size=(height, width, 3)).astype(np.uint8)
    for part in views(rgb):
        assert part.size
        assert part.shape[0] <= height
        assert part.shape[1] <= width


def test_the_middle_is_square() -> None:
    middle, _ = views(np.zeros((100, 300, 3), np.uint8))
    assert middle.shape == pytest.approx((70, 70, 3))
