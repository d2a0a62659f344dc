"""Colours by the profile that a picture carries: as they are meant, and never a reason to refuse it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from agent.media.colour_profile import MOST_BYTES, in_srgb
from agent.media.decode_picture import decode_picture
from agent.media.limits import DecodeLimits
from tests.support.made_media import WIDE, colour_profile

ORANGE = (235, 125, 30)


def in_wide_colours(colour: tuple[int, int, int]) -> Image.Image:
    """A picture in the wide space that shows what `colour` is in sRGB."""
    plain = Image.new("RGB", (8, 8), colour)
    return ImageCms.profileToProfile(plain, ImageCms.createProfile("sRGB"), ImageCms.ImageCmsProfile(io.BytesIO(WIDE)))


def test_a_wide_profile_is_followed() -> None:
    wide = in_wide_colours(ORANGE)
    assert np.abs(np.subtract(wide.getpixel((0, 0)), ORANGE)).max() > 20
    assert np.abs(np.subtract(in_srgb(wide, WIDE).getpixel((0, 0)), ORANGE)).max() <= 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_kind_of_picture_carries_one(kind: str) -> None:
    file = io.BytesIO()
    in_wide_colours(ORANGE).resize((64, 64)).save(file, kind, icc_profile=WIDE)
    rgb = decode_picture(file.getvalue(), kind, DecodeLimits()).rgb
    assert np.abs(rgb.reshape(-1, 3).mean(axis=0) - ORANGE).max() < 8


def test_greys_are_read_by_theirs() -> None:
    profile = colour_profile(b"GRAY", 1.0)
    linear = in_srgb(Image.new("L", (4, 4), 55), profile)
    assert linear.mode == "RGB"
    assert linear.getpixel((0, 0))[0] > 110
    assert in_srgb(Image.new("RGB", (4, 4), (55, 55, 55)), profile).getpixel((0, 0))[0] > 110


@pytest.mark.parametrize(
    "profile",
    [
        None,
        b"",
        b"no profile",
        WIDE[:200],
        WIDE[:128] + bytes(len(WIDE) - 128),
        bytes(MOST_BYTES + 1),
        "text",
        colour_profile(b"CMYK", 1.0),
    ],
)
def test_a_profile_that_cannot_be_followed_leaves_the_picture_as_it_is(profile: object) -> None:
    image = Image.new("RGB", (4, 4), ORANGE)
    assert in_srgb(image, profile) is image


def test_lab_is_shown_as_it_looks() -> None:
    lab = Image.new("LAB", (4, 4), (200, 128, 128))
    assert np.ptp(in_srgb(lab, None).getpixel((0, 0))) < 20
