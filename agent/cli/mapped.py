"""What the options of `ingest` say of columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

from retrieval.errors import CatalogError

_NEXT = re.compile(r",(?=[^,=]+=)")  # a comma before a further name; a column's own name may hold commas


def mapped_columns(options: Iterable[str], id_column: str | None = None) -> dict[str, str]:
    """Our columns with the catalog's, from options such as `title=Name,price=Regular price`.

    Raises:
        CatalogError: an option names no column, or one of ours twice.
    """
    pairs = [_pair(part) for option in options for part in _NEXT.split(option)]
    pairs += [("id", id_column)] if id_column else []
    columns: dict[str, str] = {}
    for ours, theirs in pairs:
        if columns.setdefault(ours, theirs) != theirs:
            raise CatalogError(f"Two columns are to be the {ours}: {columns[ours]!r} and {theirs!r}.", "Name one.")
    return columns


def _pair(part: str) -> tuple[str, str]:
    ours, _, theirs = (text.strip() for text in part.partition("="))
    ours, theirs = ours.casefold() if ours.casefold() in _OURS else ours, theirs.strip("\"'")
    if not ours or not theirs:
        raise CatalogError(f"{part!r} does not say which column is which.", "Write for example --map title=Name.")
    return _OURS.get(ours, ours), theirs


_OURS = {
    name: name for name in ("id", "title", "description", "category", "price", "currency", "url", "audio", "video")
}
_OURS |= dict.fromkeys(("image", "images", "picture", "pictures"), "image")
