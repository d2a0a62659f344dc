"""Which way up a picture is, from its EXIF data alone."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from agent.media.orientation import UPRIGHT, orientation


def exif(value: int) -> bytes:
    data = Image.Exif()
    data[0x010F], data[0x0112] = "maker", value
    return data.tobytes()


@pytest.mark.parametrize("value", range(1, 9))
def test_the_orientation_is_read_in_either_order_of_bytes(value: int) -> None:
    assert orientation(exif(value)) == value
    big = b"MM\x00*" + struct.pack(">IHHHIHH", 8, 1, 0x0112, 3, 1, value, 0)
    assert orientation(big) == orientation(b"Exif\x00\x00" + big) == value


@pytest.mark.parametrize("data", [None, "text", b"", b"II*\x00", exif(9), exif(6)[:20], b"II*\x00\xff\xff\xff\xff"])
def test_what_says_nothing_of_it_is_upright(data: object) -> None:
    assert orientation(data) == UPRIGHT


@given(st.binary(max_size=200))
def test_anything_leads_to_one_of_eight(data: bytes) -> None:
    assert 1 <= orientation(b"II*\x00" + data) <= 8
