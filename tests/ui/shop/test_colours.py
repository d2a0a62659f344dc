"""A shop's own colour: on buttons as it is, as letters in a shade that can be read."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ui.shop.colours import BLACK, CARDS, GROUNDS, LEAST_CONTRAST, WHITE, Rgb, contrast, style

ANY = st.builds(Rgb, *[st.integers(0, 255)] * 3).map(str)


def variables(css: str, which: int) -> dict[str, Rgb]:
    block = re.findall(r"{([^}]*)}", css)[which]
    return {name: Rgb.of(colour) for name, colour in re.findall(r"--tm-([a-z-]+): (#[0-9a-f]{6});", block)}


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast(WHITE, BLACK) == 21
    assert contrast(WHITE, WHITE) == 1
    assert round(contrast(Rgb.of("#767676"), WHITE), 2) == 4.54


@given(ANY, ANY)
def test_whatever_colour_a_shop_has_its_letters_can_be_read(accent: str, accent_dark: str) -> None:
    css = style(accent, accent_dark)
    for which, scheme in enumerate(("light", "dark")):
        made = variables(css, which)
        for ground in (Rgb.of(GROUNDS[scheme]), Rgb.of(CARDS[scheme]), made["accent-soft"]):
            assert contrast(made["accent"], ground) >= LEAST_CONTRAST - 0.1  # to whole steps of a byte
        assert contrast(made["on-brand"], made["brand"]) >= LEAST_CONTRAST
        assert str(made["brand"]) == (accent, accent_dark)[which]


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert str(variables(style("#0f6b5f", "#6fd0c0"), 0)["accent"]) == "#0f6b5f"
