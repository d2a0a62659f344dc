"""HTML of the page: everything that is filled in is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from ui.page.chat.cards import plain_filter
from ui.page.shared.words import Words

PICTURE_PX = 480


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("ui.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["picture"] = picture_address
    environment.globals["plain_filter"] = environment.filters["plain_filter"] = plain_filter
    return environment


def html(template: str, words: Words, **values: Any) -> str:
    """A template filled in.

    Args:
        template: Its name, without `.html`.
        words: Known in it as `words`.
    """
    return _templates().get_template(f"{template}.html").render(words=words, **values)


def picture_address(item_id: str, size: int = PICTURE_PX) -> str:
    """Where a picture of an item is found."""
    return f"/v1/items/{quote(item_id, safe='')}/picture?size={size}"
