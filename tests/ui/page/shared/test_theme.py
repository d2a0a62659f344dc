"""Colours of the page: text that everybody can read on its ground, by day and by night."""

from __future__ import annotations

import pytest

from ui.page.shared.theme import theme

ENOUGH = 4.5  # WCAG 2.2, 1.4.3: contrast of text; 3 for the borders of what is filled in (1.4.11)


def contrast(first: str, second: str) -> float:
    """Source: WCAG 2.2, contrast ratio of two sRGB colours."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("night", ["", "_dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("body_text_color", "body_background_fill"),
        ("body_text_color", "block_background_fill"),
        ("body_text_color_subdued", "body_background_fill"),
        ("body_text_color_subdued", "block_background_fill"),
        ("block_info_text_color", "block_background_fill"),
        ("block_label_text_color", "block_background_fill"),
        ("input_placeholder_color", "input_background_fill"),
        ("button_primary_text_color", "button_primary_background_fill"),
        ("button_primary_text_color", "button_primary_background_fill_hover"),
    ],
)
def test_text_is_readable_on_its_ground(text: str, ground: str, night: str) -> None:
    made = theme()
    letters, behind = getattr(made, text + night), getattr(made, ground + night)
    if not (letters.startswith("#") and behind.startswith("#")):
        pytest.fail(f"{text + night} on {ground + night} is {letters} on {behind}")
    assert contrast(letters, behind) >= ENOUGH


@pytest.mark.parametrize("night", ["", "_dark"])
def test_where_something_is_filled_in_has_a_border_that_is_seen(night: str) -> None:
    made = theme()
    border, behind = (getattr(made, name + night) for name in ("input_border_color", "body_background_fill"))
    assert contrast(border, behind) >= 3
