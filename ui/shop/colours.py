"""A shop's own colour on the page: as it is on buttons, and in shades that can be read as letters."""

from __future__ import annotations

import re
from typing import NamedTuple

LEAST_CONTRAST = 4.5
"""Of letters on their ground. Source: Web Content Accessibility Guidelines 2.2, success criterion 1.4.3."""
GROUNDS = {"light": "#f2efe9", "dark": "#2b2925"}  # the grounds of page.css that letters stand out from least
CARDS = {"light": "#ffffff", "dark": "#211f1c"}
SOFT = 0.14  # share of the colour in the soft ground that is made of it
STEPS = 100
HEX = re.compile(r"#[0-9a-fA-F]{6}")


class Rgb(NamedTuple):
    """A colour; each part in [0, 255]."""

    red: float
    green: float
    blue: float

    @classmethod
    def of(cls, text: str) -> Rgb:
        """The colour that `#0f6b5f` stands for."""
        return cls(*(int(text[at : at + 2], 16) for at in (1, 3, 5)))

    def towards(self, other: Rgb, share: float) -> Rgb:
        """A mixture of both; of the other so large a share."""
        return Rgb(*(own + (its - own) * share for own, its in zip(self, other, strict=True)))

    def __str__(self) -> str:
        return f"#{round(self.red):02x}{round(self.green):02x}{round(self.blue):02x}"


WHITE, BLACK = Rgb(255, 255, 255), Rgb(0, 0, 0)


def contrast(one: Rgb, other: Rgb) -> float:
    """How well two colours are told apart, in [1, 21].

    Source: Web Content Accessibility Guidelines 2.2, definition of contrast ratio.
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def style(accent: str, accent_dark: str) -> str:
    """The page's colours as CSS, made of a shop's own; it stands behind page.css."""
    light, dark = _variables(Rgb.of(accent), "light"), _variables(Rgb.of(accent_dark), "dark")
    return f":root {{ {light} }}\n.dark {{ {dark} }}"


def _variables(own: Rgb, scheme: str) -> str:
    ground, card = Rgb.of(GROUNDS[scheme]), Rgb.of(CARDS[scheme])
    soft = card.towards(own, SOFT)
    letters = _readable(own, (ground, card, soft), BLACK if scheme == "light" else WHITE)
    on_own = max((WHITE, BLACK), key=lambda colour: contrast(colour, own))
    colours = {"brand": own, "on-brand": on_own, "accent": letters, "accent-soft": soft, "bar": letters}
    return " ".join(f"--tm-{name}: {colour};" for name, colour in colours.items())


def _readable(own: Rgb, grounds: tuple[Rgb, ...], end: Rgb) -> Rgb:
    """The nearest shade of a colour, towards an end, that can be read on every one of these grounds."""
    shades = (own.towards(end, step / STEPS) for step in range(STEPS + 1))
    return next(
        (shade for shade in shades if all(contrast(shade, ground) >= LEAST_CONTRAST for ground in grounds)), end
    )


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
