"""What the reader of text looks at: bounded sides, a bounded number of pixels, a bounded length of lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.pictures.ocr_child import (
    FULL_PIXELS,
    LEAST_SIDE,
    MOST_ASPECT,
    MOST_HEIGHTS,
    MOST_READ,
    affordable,
    detected_side,
    framed,
    is_writing,
    tallest,
)
from retrieval.items import Span

sides = st.integers(LEAST_SIDE, 1024)


@given(sides, sides)
def test_a_picture_of_any_shape_is_framed_and_looked_at_in_bounded_pixels(height: int, width: int) -> None:
    looked_at = framed(np.zeros((height, width, 3), np.uint8)).shape[:2]
    assert max(looked_at) == max(height, width)
    assert max(looked_at) <= MOST_ASPECT * min(looked_at)
    scale = detected_side(*looked_at) / min(looked_at)
    assert looked_at[0] * looked_at[1] * scale**2 <= 1.001 * FULL_PIXELS


def test_a_frame_goes_around_what_was_there() -> None:
    rgb = np.full((10, 100, 3), 7, np.uint8)
    assert (framed(rgb)[7:17] == rgb).all()
    assert framed(rgb).sum() == rgb.sum()
    assert framed(rgb[:, :40]) is not rgb
    assert framed(np.ones((20, 30, 3), np.uint8)).shape == (20, 30, 3)


@pytest.mark.parametrize(
    ("height", "width", "side"),
    [(683, 1024, 544), (544, 1088, 544), (1024, 1024, 544), (200, 150, 544), (64, 48, 192), (250, 1000, 250)],
)
def test_lines_are_looked_for_in_a_size_that_shows_them(height: int, width: int, side: float) -> None:
    assert detected_side(height, width) == pytest.approx(side, abs=12)


def test_the_tallest_lines_are_read_in_the_order_they_came_in() -> None:
    lines = [np.zeros((height, 40, 3), np.uint8) for height in (*range(12, 30), 9)]
    assert [line.shape[0] for line in tallest(lines)] == [*range(30 - MOST_READ, 30)]
    assert len(tallest(lines[:3])) == 3


def test_lines_are_read_until_they_are_too_long_together() -> None:
    short, long = np.zeros((20, 30, 3), np.uint8), np.zeros((2, 1_002, 3), np.uint8)
    assert len(list(affordable([short] * 1_000))) == pytest.approx(MOST_HEIGHTS * 48 / 320, abs=1)
    assert len(list(affordable([long, short, long]))) == 1


@pytest.mark.parametrize(("text", "score", "read"), [("SALE", 0.9, True), ("SALE", 0.7, False), ("- o .", 0.9, False)])
def test_ornaments_and_guesses_are_no_writing(text: str, score: float, read: bool) -> None:
    assert is_writing(Span("text", text, score)) is read
