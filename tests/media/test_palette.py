"""Palettes: the colours of a picture by plain names, apart from a plain background."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agent.media.palette import ANCHORS, MOST_COLOURS, palette, to_lab

RED, BLUE, WHITE, GREEN = (205, 30, 35), (40, 90, 195), (248, 248, 246), (60, 150, 60)


def plain(*colour: int, size: int = 60) -> np.ndarray:
    return np.full((size, size, 3), colour, np.uint8)


def on(background: tuple[int, int, int], thing: tuple[int, int, int]) -> np.ndarray:
    rgb = plain(*background)
    rgb[20:40, 20:40] = thing
    return rgb


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [((0, 0, 0), (0, 0, 0)), ((255, 255, 255), (100, 0, 0)), ((255, 0, 0), (53.24, 80.09, 67.20))],
)
def test_known_colours_have_their_known_places(rgb: tuple[int, ...], lab: tuple[float, ...]) -> None:
    np.testing.assert_allclose(to_lab(np.array(rgb, np.uint8)), lab, atol=0.05)


def test_every_typical_colour_bears_its_own_name() -> None:
    for name, values in ANCHORS.items():
        for value in values:
            assert [span.text for span in palette(plain(*value)).colours] == [name]


def test_a_thing_is_told_apart_from_what_it_stands_before() -> None:
    result = palette(on(WHITE, RED))
    assert result.background == "white"
    assert [(span.text, span.score) for span in result.colours] == [("red", 1.0)]
    assert palette(on(GREEN, RED)).background == "green"


def test_a_picture_of_one_colour_has_no_background() -> None:
    result = palette(plain(*BLUE))
    assert (result.background, result.colours[0].score) == ("", 1.0)


def test_shares_are_of_what_is_not_background() -> None:
    rgb = on(WHITE, RED)
    rgb[20:30, 20:40] = BLUE
    assert {span.text: span.score for span in palette(rgb).colours} == {"red": 0.5, "blue": 0.5}


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_any_picture_has_a_few_colours_with_shares(rgb: np.ndarray) -> None:
    colours = palette(rgb).colours
    assert len(colours) <= MOST_COLOURS
    assert all(span.kind == "colour" and span.text in ANCHORS and 0 < (span.score or 0) <= 1 for span in colours)
    assert sum(span.score or 0 for span in colours) <= 1.02
