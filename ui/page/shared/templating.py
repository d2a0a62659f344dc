"""HTML of the page: everything that is filled in is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from ui.page.shared.reader import Reader
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
    return environment


def html(template: str, words: Words, **values: Any) -> str:
    """A template filled in.

    Args:
        template: Its name, without `.html`.
        words: Known in it as `words`.
    """
    return _templates().get_template(f"{template}.html").render(words=words, **values)


def picture_address(item_id: str, size: int = PICTURE_PX) -> str:
    """Where a picture of an item is found, seen from any page."""
    return f"v1/items/{quote(item_id, safe='')}/picture?size={size}"


_CONDITION = re.compile(r'(?P<name>"(?:[^"]|"")*"|[^<>=!"]+?)\s*(?P<op><=|>=|!=|=|<|>)\s*(?P<value>.+)', re.DOTALL)
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,6})?")
_SIGNS = {"<=": " ≤ ", ">=": " ≥ ", "!=": " ≠ ", "=": ": ", "<": " < ", ">": " > "}


def plain_filter(condition: str, reader: Reader) -> str:
    """A must-have in canonical form, as people write it: `price ≤ $50`, `culture: French`."""
    match = _CONDITION.fullmatch(condition)
    if match is None:
        return condition.replace('"', "")
    name, value = _bare(match["name"]), _bare(match["value"])
    if name == "price" and _AMOUNT.fullmatch(value):
        value = reader.price(float(value))
    return f"{reader.field(name)}{_SIGNS[match['op']]}{value}"


def plain_note(text: str, filters: Sequence[str], reader: Reader) -> str:
    """A note, the must-haves that it names as people write them."""
    for condition in sorted(filters, key=len, reverse=True):
        text = text.replace(condition, plain_filter(condition, reader))
    return text


def _bare(text: str) -> str:
    return text.replace('""', '"')[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text.replace('"', "")
