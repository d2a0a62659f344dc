"""JPEG pictures that break off: used as far as they go, with a word on it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from agent.media.cut_jpeg import BREAKS_OFF, without_filling
from agent.media.decode_picture import decode_picture
from agent.media.limits import DecodeLimits
from agent.media.wire import DecodeRefusal
from tests.support.made_media import encoded, photo

LIMITS = DecodeLimits()
NOISE = np.random.default_rng(3).integers(0, 256, (240, 320, 3), dtype=np.uint8)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("missing", [1, 2, 5])
def test_without_its_last_bytes_it_is_all_there(missing: int, progressive: bool) -> None:
    whole = encoded(photo(320, 240), progressive=progressive)
    cut = decode_picture(whole[:-missing], "JPEG", LIMITS)
    assert cut.flaw == BREAKS_OFF
    assert cut.size == (320, 240)
    height = len(cut.rgb)
    assert height > 220
    assert np.abs(cut.rgb.astype(int) - decode_picture(whole, "JPEG", LIMITS).rgb[:height]).mean() < 4


def test_without_its_last_third_the_rest_is_shown() -> None:
    data = encoded(NOISE)
    cut = decode_picture(data[: len(data) * 2 // 3], "JPEG", LIMITS)
    assert 140 < len(cut.rgb) < 180
    assert cut.flaw == BREAKS_OFF


@pytest.mark.parametrize("share", [0.02, 0.2, 0.4])
def test_with_more_than_half_missing_it_is_damaged(share: float) -> None:
    data = encoded(NOISE)
    with pytest.raises(DecodeRefusal, match="is damaged"):
        decode_picture(data[: int(len(data) * share)], "JPEG", LIMITS)


def test_a_whole_one_has_no_flaw() -> None:
    assert decode_picture(encoded(photo()), "JPEG", LIMITS).flaw == ""


def test_a_picture_of_one_colour_is_none() -> None:
    with pytest.raises(ValueError, match="missing"):
        without_filling(Image.new("RGB", (20, 20), "grey"))
