"""The parts of a picture's file are counted before anybody goes through them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.media.limits import DecodeLimits
from agent.media.picture_parts import check_parts
from agent.media.wire import DecodeRefusal
from tests.support.hostile_media import picture_bombs
from tests.support.made_media import encoded, photo

READERS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


@pytest.mark.parametrize("reader", READERS)
def test_honest_pictures_are_in_few_parts(reader: str) -> None:
    check_parts(encoded(photo(1_500, 1_000), reader), reader, DecodeLimits())
    check_parts(encoded(photo(400, 300), "JPEG", progressive=True), "JPEG", DecodeLimits())


@pytest.mark.parametrize(
    ("bomb", "reader", "words"),
    [
        ("scans", "JPEG", "more than 32 scans"),
        ("segments", "JPEG", "more than 1,024 pieces"),
        ("comments", "GIF", "more than 1,024 pieces"),
        ("chunks", "PNG", "more than 65,536 pieces"),
    ],
)
def test_more_parts_than_honest_pictures_have_are_refused(bomb: str, reader: str, words: str) -> None:
    with pytest.raises(DecodeRefusal) as caught:
        check_parts(picture_bombs()[bomb](), reader, DecodeLimits())
    assert words in caught.value.what


@given(st.sampled_from(READERS), st.binary(max_size=400))
def test_counting_ends_whatever_the_file_is(reader: str, data: bytes) -> None:
    check_parts(data, reader, DecodeLimits())
