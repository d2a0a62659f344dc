"""Decoding of pictures: upright, on white, within the caps, and damage said in words."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from agent.media.decode_picture import LONGEST_SIDE, decode_picture
from agent.media.limits import DecodeLimits
from agent.media.wire import DAMAGED_HINT, DecodeRefusal
from tests.support.made_media import encoded, photo

LIMITS = DecodeLimits()


def saved(image: Image.Image, name: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def test_the_size_of_the_upright_original_is_told_beside_a_smaller_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    rgb, size = decode_picture(saved(Image.new("RGB", (3_000, 1_500)), "JPEG", exif=exif), "JPEG", LIMITS)
    assert rgb.shape == (LONGEST_SIDE, LONGEST_SIDE // 2, 3)
    assert size == (1_500, 3_000)


def test_a_small_picture_keeps_its_pixels() -> None:
    rgb, size = decode_picture(encoded(photo(), "PNG"), "PNG", LIMITS)
    assert size == (64, 48)
    np.testing.assert_array_equal(rgb, photo())


def test_what_shines_through_becomes_white() -> None:
    rgb, _ = decode_picture(saved(Image.new("RGBA", (4, 4), (255, 0, 0, 0))), "PNG", LIMITS)
    assert (rgb == 255).all()
    rgb, _ = decode_picture(saved(Image.new("LA", (4, 4), (0, 128))), "PNG", LIMITS)
    assert 120 < rgb.mean() < 135


def test_sixteen_bits_of_grey_are_scaled() -> None:
    deep = Image.fromarray(np.full((4, 4), 32_768, np.uint16))
    rgb, _ = decode_picture(saved(deep), "PNG", LIMITS)
    assert rgb.dtype == np.uint8
    assert set(np.unique(rgb)) <= {127, 128}


def test_too_many_pixels_are_refused_with_the_numbers() -> None:
    with pytest.raises(DecodeRefusal) as caught:
        decode_picture(encoded(photo(), "PNG"), "PNG", DecodeLimits(pixels=1_000))
    assert caught.value.what.startswith("has 64 x 48 pixels")
    assert caught.value.hint == "Make it smaller and try again."


def test_only_the_reader_that_is_named_may_open_it() -> None:
    with pytest.raises(DecodeRefusal, match="its beginning cannot be read") as caught:
        decode_picture(encoded(photo(), "PNG"), "JPEG", LIMITS)
    assert caught.value.hint == DAMAGED_HINT


def test_a_file_that_breaks_off_is_damaged() -> None:
    with pytest.raises(DecodeRefusal, match="is damaged"):
        decode_picture(encoded(photo(), "PNG")[:200], "PNG", LIMITS)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_notes_of_a_camera_do_not_spoil_a_picture() -> None:
    whole = encoded(photo(), "JPEG")
    notes = b"Exif\x00\x00II*\x00\xff\xff\xff\xff"
    broken = whole[:2] + b"\xff\xe1" + (len(notes) + 2).to_bytes(2, "big") + notes + whole[2:]
    rgb, size = decode_picture(broken, "JPEG", LIMITS)
    assert rgb.shape == (48, 64, 3)
    assert size == (64, 48)
