"""HTML of the page: everything that is filled in is escaped."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

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


_CONDITION = re.compile(r'(?P<name>"(?:[^"]|"")*"|[^<>=!"]+?)\s*(?P<op><=|>=|!=|=|<|>)\s*(?P<value>.+)', re.DOTALL)
_SIGNS = {"<=": " ≤ ", ">=": " ≥ ", "!=": " ≠ ", "=": ": ", "<": " < ", ">": " > "}


def plain_filter(condition: str) -> str:
    """A must-have in canonical form, as people write it: `price ≤ 50`, `culture: French`."""
    match = _CONDITION.fullmatch(condition)
    if match is None:
        return condition.replace('"', "")
    return f"{_bare(match['name'])}{_SIGNS[match['op']]}{_bare(match['value'])}"


def _bare(text: str) -> str:
    return text.replace('""', '"')[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text.replace('"', "")
