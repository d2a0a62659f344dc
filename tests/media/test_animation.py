"""Animations: the first frame that shows something, found in bounded work."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from agent.media.animation import MOST_FRAMES, first_full_frame
from agent.media.decode_picture import decode_picture
from agent.media.limits import DecodeLimits
from tests.support.made_media import photo

WHITE = Image.new("RGB", (64, 48), "white")
LIMITS = DecodeLimits()


def animation(kind: str, *frames: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=50, **options)
    return file.getvalue()


def faded(share: float) -> Image.Image:
    return Image.blend(WHITE, Image.fromarray(photo()), share)


def shown(data: bytes, kind: str) -> np.ndarray:
    return decode_picture(data, kind, LIMITS).rgb.astype(int)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_what_fades_in_is_looked_at_when_it_is_there(kind: str) -> None:
    steps = [faded(share) for share in (0.0, 0.25, 0.5, 1.0)]
    assert np.abs(shown(animation(kind, *steps), kind) - photo()).mean() < 25


def test_a_plain_colour_after_a_blank_is_what_is_shown() -> None:
    red = Image.new("RGB", (64, 48), (200, 20, 20))
    assert shown(animation("GIF", WHITE, red, red), "GIF")[0, 0, 1] < 60


def test_a_first_frame_that_shows_something_stays() -> None:
    other = Image.fromarray(255 - photo())
    assert np.abs(shown(animation("GIF", Image.fromarray(photo()), other), "GIF") - photo()).mean() < 25


def test_an_animation_of_blanks_is_blank() -> None:
    assert (shown(animation("WEBP", WHITE, WHITE.copy(), lossless=True), "WEBP") > 250).all()


def test_no_more_frames_are_drawn_than_are_allowed() -> None:
    frames = [Image.new("P", (16, 16), 0), *(Image.new("P", (16, 16), number % 2) for number in range(2 * MOST_FRAMES))]
    opened = Image.open(io.BytesIO(animation("GIF", *frames)))
    drawn: list[int] = []

    def draw(image: Image.Image) -> Image.Image:
        drawn.append(image.tell())
        return Image.new("RGB", image.size)

    first_full_frame(opened, draw, 10_000_000, (EOFError,))
    assert len(drawn) <= MOST_FRAMES
    drawn.clear()
    opened.seek(0)
    first_full_frame(opened, draw, 16 * 16 * 3, (EOFError,))
    assert len(drawn) <= 3


def test_a_file_that_breaks_off_later_shows_what_came() -> None:
    whole = animation("GIF", WHITE, faded(1.0), faded(0.9), faded(0.8))
    assert np.abs(shown(whole[: int(len(whole) * 0.7)], "GIF") - photo()).mean() < 60


def test_the_pages_of_a_scan_do_not_move() -> None:
    pages = animation("TIFF", WHITE, Image.fromarray(photo()))
    assert (shown(pages, "TIFF") == 255).all()
