"""How a shop wants the page to look, from the table `shop` of `tastemaker.toml`; read once, at the edge."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from agent.config import FILE
from agent.errors import ConfigError
from agent.language.messages import languages
from agent.media.file_type import sniff
from ui.shop.colours import HEX, style
from ui.shop.money import PriceFormat

TABLE = "shop"
MOST_LOGO_BYTES = 1024 * 1024
LOGO_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}


def _colour(value: str) -> str:
    if not HEX.fullmatch(value):
        raise ValueError("write a colour as '#0f6b5f', the red, green and blue in it")
    return value


def _currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise ValueError("write a currency by its ISO 4217 code, as 'EUR' or 'USD'")
    return value


Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Colour = Annotated[str, AfterValidator(_colour)]
Currency = Annotated[str, AfterValidator(_currency)]
T = TypeVar("T")


class ShopLogo(BaseModel):
    """A picture of the shop's: its bytes, and of which type a browser is told they are."""

    model_config = ConfigDict(frozen=True)

    data: bytes
    media_type: str


class ShopSettings(BaseModel):
    """What is a shop's own on the page; each can be left out.

    Attributes:
        name: Stands at the top of every page, and in the browser's tab.
        logo: A picture that stands beside the name.
        accent: Colour of buttons and what is chosen, as `#0f6b5f`.
        accent_dark: The same for those who like it dark; `accent` where it is not given.
        currency: ISO 4217 code of prices whose items name none.
        prices: How the shop writes the price 1299, as `1.299,00 €` or `$1,299.00`.
        greeting: Headline of a first visit; one text, or one by language.
        wishes: What a click asks; made from the catalog where none are given. One list, or one by language.
        card: Fields that a card shows below the title, in this order; chosen by what they are where none are given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Sentence = "Tastemaker"
    logo: ShopLogo | None = Field(default=None, examples=["logo.png"])
    accent: Colour | None = Field(default=None, examples=["#0f6b5f"])
    accent_dark: Colour | None = Field(default=None, examples=["#7fd6c8"])
    currency: Currency = Field(default="", examples=["EUR"])
    prices: str = Field(default="", examples=["1.299,00 €"])
    greeting: Sentence | Mapping[str, Sentence] | None = Field(default=None, examples=["What are you looking for?"])
    wishes: tuple[Sentence, ...] | Mapping[str, tuple[Sentence, ...]] = ()
    card: Annotated[tuple[Sentence, ...], Field(max_length=8)] = ()

    @field_validator("prices")
    @classmethod
    def _can_be_written(cls, value: str) -> str:
        if value:
            PriceFormat.of(value)
        return value

    @field_validator("greeting", "wishes")
    @classmethod
    def _in_our_languages(cls, value: T) -> T:
        if isinstance(value, Mapping) and (strange := [name for name in value if name not in languages()]):
            raise ValueError(f"the page does not speak {strange[0]!r}, but {', '.join(languages())}")
        return value

    @model_validator(mode="after")
    def _dark_goes_with_light(self) -> ShopSettings:
        if self.accent_dark and not self.accent:
            raise ValueError("accent_dark needs accent, the colour for those who like it light")
        return self

    @cached_property
    def price(self) -> PriceFormat:
        """How prices are written."""
        return PriceFormat.of(self.prices) if self.prices else PriceFormat.of_currency(self.currency)

    @property
    def style(self) -> str:
        """The shop's colours as CSS; empty where it has none of its own."""
        return style(self.accent, self.accent_dark or self.accent) if self.accent else ""

    def greeting_in(self, language: str) -> str:
        """The headline for who reads a language; empty where the shop has none."""
        return _in_language(self.greeting, language) or ""

    def wishes_in(self, language: str) -> Sequence[str]:
        """The wishes for who reads a language; none where they are made from the catalog."""
        return _in_language(self.wishes, language) or ()


NO_SHOP = ShopSettings()
"""The page as it is where nobody made it theirs."""


def load_shop(file: Path = Path(FILE)) -> ShopSettings:
    """The settings in a file; those of no shop where the file or its table is missing.

    Raises:
        ConfigError: the file cannot be read, or a setting is not one there is.
    """
    try:
        table = tomllib.loads(file.read_text("utf-8")).get(TABLE, {}) if file.is_file() else {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file} cannot be read: {error}.", "Correct the file, or remove it.") from error
    try:
        if isinstance(table, dict) and isinstance(table.get("logo"), str):
            table = {**table, "logo": _logo(file.parent, table["logo"])}
        return ShopSettings.model_validate(table)
    except ValidationError as error:
        raise _refused(error) from error


def _refused(error: ValidationError) -> ConfigError:
    first = error.errors()[0]
    name = ".".join(str(part) for part in (TABLE, *first["loc"][:1]))
    if first["type"] == "extra_forbidden":
        return ConfigError(f"There is no setting {name}.", f"Settings are: {', '.join(ShopSettings.model_fields)}.")
    why = first["msg"].removeprefix("Value error, ")
    return ConfigError(f"The setting {name} cannot be {first['input']!r}: {why}.", f"Correct {FILE}.")


def _logo(folder: Path, name: str) -> ShopLogo:
    """The picture of that name.

    Raises:
        ConfigError: it lies elsewhere, cannot be read, or is of a type that could hold a script.
    """
    setting = f"{TABLE}.logo"
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ConfigError(f"The setting {setting} leads out of its folder: {name}.", f"Put the logo beside {FILE}.")
    try:
        with path.open("rb") as file:
            data = file.read(MOST_LOGO_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"The setting {setting}: {name} cannot be read.", f"Put the logo beside {FILE}.") from error
    kind = sniff(data)
    media_type = LOGO_TYPES.get(kind.reader) if kind else None
    if media_type is None or len(data) > MOST_LOGO_BYTES:
        raise ConfigError(
            f"The setting {setting}: {name} is no PNG, JPEG, WebP or GIF of at most 1 MiB.",
            "Give the logo as such a picture, as PNG with a transparent ground.",
        )
    return ShopLogo(data=data, media_type=media_type)


def _in_language(given: T | Mapping[str, T] | None, language: str) -> T | None:
    """What is given for a language: that of it, else in English, else the first."""
    if not isinstance(given, Mapping):
        return given
    return given.get(language) or given.get("en") or next(iter(given.values()), None)
