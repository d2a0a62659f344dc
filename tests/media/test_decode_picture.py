"""Decoding of pictures: upright, on white, within the caps, and damage said in words."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from agent.media.decode_picture import LONGEST_SIDE, decode_picture
from agent.media.limits import DecodeLimits
from agent.media.wire import DAMAGED_HINT, DecodeRefusal
from tests.support.hostile_media import picture_bombs, png
from tests.support.made_media import encoded, photo

LIMITS = DecodeLimits()


def saved(image: Image.Image, name: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def test_the_size_of_the_upright_original_is_told_beside_a_smaller_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    rgb, size, _ = decode_picture(saved(Image.new("RGB", (3_000, 1_500)), "JPEG", exif=exif), "JPEG", LIMITS)
    assert rgb.shape == (LONGEST_SIDE, LONGEST_SIDE // 2, 3)
    assert size == (1_500, 3_000)


def test_a_small_picture_keeps_its_pixels() -> None:
    rgb, size, _ = decode_picture(encoded(photo(), "PNG"), "PNG", LIMITS)
    assert size == (64, 48)
    np.testing.assert_array_equal(rgb, photo())


def test_what_shines_through_becomes_white() -> None:
    rgb, *_ = decode_picture(saved(Image.new("RGBA", (4, 4), (255, 0, 0, 0))), "PNG", LIMITS)
    assert (rgb == 255).all()
    rgb, *_ = decode_picture(saved(Image.new("LA", (4, 4), (0, 128))), "PNG", LIMITS)
    assert 120 < rgb.mean() < 135


def test_sixteen_bits_of_grey_are_scaled() -> None:
    deep = Image.fromarray(np.full((4, 4), 32_768, np.uint16))
    rgb, *_ = decode_picture(saved(deep), "PNG", LIMITS)
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
    for kind in ("PNG", "AVIF", "TIFF"):
        data = encoded(photo(), kind)
        with pytest.raises(DecodeRefusal, match="is damaged"):
            decode_picture(data[: len(data) * 2 // 3], kind, LIMITS)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_notes_of_a_camera_do_not_spoil_a_picture() -> None:
    whole = encoded(photo(), "JPEG")
    notes = b"Exif\x00\x00II*\x00\xff\xff\xff\xff"
    broken = whole[:2] + b"\xff\xe1" + (len(notes) + 2).to_bytes(2, "big") + notes + whole[2:]
    rgb, size, _ = decode_picture(broken, "JPEG", LIMITS)
    assert rgb.shape == (48, 64, 3)
    assert size == (64, 48)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA", "P", "I;16", "1"])
def test_a_large_picture_of_any_mode_is_made_smaller_as_a_whole(mode: str) -> None:
    steps = np.linspace(0, 65_535 if mode == "I;16" else 255, 2_500, dtype=np.uint16)
    grey = np.tile(steps if mode == "I;16" else steps.astype(np.uint8), (2_600, 1))
    image = Image.fromarray(grey) if mode == "I;16" else Image.fromarray(grey).convert(mode)
    rgb, size, _ = decode_picture(saved(image), "PNG", LIMITS)
    assert size == (2_500, 2_600)
    assert rgb.shape == (1024, 985, 3)
    shades = rgb.mean(axis=(0, 2))
    assert shades[:50].mean() < 20
    assert shades[-50:].mean() > 235
    assert abs(rgb[:100].mean() - rgb[-100:].mean()) < 3


@pytest.mark.parametrize(
    ("image", "key"),
    [
        (Image.new("RGB", (8, 8), (0, 255, 0)), (0, 255, 0)),
        (Image.new("L", (8, 8), 40), 40),
        (Image.new("1", (8, 8), 0), 0),
    ],
)
def test_a_colour_that_stands_for_nothing_becomes_white(image: Image.Image, key: object) -> None:
    image.putpixel((1, 1), 255 if image.mode != "RGB" else (200, 20, 20))
    rgb = decode_picture(saved(image, transparency=key), "PNG", LIMITS).rgb
    assert (rgb[4, 4] == 255).all()
    assert image.mode != "RGB" or rgb[1, 1].tolist() == [200, 20, 20]


def test_a_colour_key_of_sixteen_bits_is_the_same_colour_in_eight() -> None:
    name, key = b"tRNS", (0x1234).to_bytes(2) * 3
    row = b"\0" + key * 4
    head = struct.pack(">IIBBBBB", 4, 4, 16, 2, 0, 0, 0)
    data = png([(b"IHDR", head), (name, key), (b"IDAT", zlib.compress(row * 4)), (b"IEND", b"")])
    assert (decode_picture(data, "PNG", LIMITS).rgb == 255).all()


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_deflate", "packbits", "jpeg"])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "RGBA", "LA", "P", "I;16", "1"])
def test_tiffs_of_museums_are_read(mode: str, compression: str) -> None:
    if compression == "jpeg" and mode not in ("RGB", "L"):
        pytest.skip("JPEG has no such mode")
    deep = Image.fromarray(photo()[..., 0].astype(np.uint16) << 8) if mode == "I;16" else None
    image = deep or Image.fromarray(photo()).convert(mode)
    rgb, size, _ = decode_picture(saved(image, "TIFF", compression=compression), "TIFF", LIMITS)
    assert (rgb.shape, size) == ((48, 64, 3), (64, 48))
    if mode in ("RGB", "RGBA", "CMYK"):
        assert np.abs(rgb.astype(int) - photo()).mean() < 25


@pytest.mark.parametrize("kind", ["TIFF", "AVIF"])
def test_a_turned_scan_is_shown_upright(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    rgb, size, _ = decode_picture(saved(Image.new("RGB", (64, 32)), kind, exif=exif), kind, LIMITS)
    assert (rgb.shape, size) == ((64, 32, 3), (32, 64))


def test_a_tiff_that_says_more_than_it_holds_is_refused() -> None:
    with pytest.raises(DecodeRefusal, match="more data than the file has"):
        decode_picture(picture_bombs()["overlapping tags"](), "TIFF", LIMITS)
    with pytest.raises(DecodeRefusal, match="in more than 1,024 pieces"):
        decode_picture(picture_bombs()["tags"](), "TIFF", LIMITS)
    with pytest.raises(DecodeRefusal, match="more than the 64 megapixels"):
        decode_picture(picture_bombs()["the largest TIFF"](), "TIFF", LIMITS)


@pytest.mark.parametrize(
    ("bomb", "words"),
    [
        ("1 x 1,000,000", "more than the 65,535 a side may have"),
        ("60 megapixels of nothing", "there is next to nothing in it"),
        ("100 megapixels", "more than the 64 megapixels allowed"),
    ],
)
def test_a_picture_that_would_grow_too_much_is_refused_before_it_does(bomb: str, words: str) -> None:
    with pytest.raises(DecodeRefusal) as caught:
        decode_picture(picture_bombs()[bomb](), "PNG", LIMITS)
    assert words in caught.value.what
