"""Cells of exports taken apart: lists, paths of categories, and fields within one cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from retrieval.spelling.prices import parse_price
from retrieval.text.values import as_text

_KEPT = "\\"  # before a separator that is part of the text
_OPTION = re.compile(r"(?:\[[A-Z]{1,3}\])?([^=,|\[\]]+)=([^,|]*)")


def text_of(value: object) -> str:
    """A cell as text; empty where it is none."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool | int | float):
        return as_text(value)
    return ""


def entries_of(value: object, between: str) -> list[str]:
    """The entries of a list, whether it is one already or written as text; each once."""
    parts = value if isinstance(value, list | tuple) else [value]
    entries = [entry for part in parts for entry in _split(text_of(part), between)]
    return list(dict.fromkeys(entry for entry in entries if entry))


def paths_of(value: object, between: str, steps: str, without: Sequence[str] = ()) -> list[list[str]]:
    """The paths of categories in a cell, each from the widest to the narrowest."""
    whole = entries_of(value, between) if between else [text_of(value)]
    paths = [[step for step in _split(path, steps) if step and step not in without] for path in whole]
    return [path for path in paths if path]


def fields_of(value: object, between: str, is_: str) -> dict[str, str]:
    """The fields in a cell such as `color=Gold,material=Brass`; a part without a name goes on with the last."""
    fields: dict[str, str] = {}
    last = ""
    for part in _split(text_of(value), between):
        name, sign, rest = part.partition(is_)
        if sign and name.strip():
            last = name.strip()
            fields[last] = rest.partition(is_)[0].strip() if is_ == ":" else rest.strip()
        elif last:
            fields[last] = f"{fields[last]}{between} {part}"
    return {name: text for name, text in fields.items() if text}


def options_of(value: object) -> dict[str, str]:
    """What was chosen of a variant: `[S]Size=Small,[CS]Color=Red:#ff0000` or `Type=Radio|Name=Size|Value=Small`."""
    text = text_of(value)
    if "Name=" in text and "Value=" in text:
        names, values = re.findall(r"Name=([^|,]*)", text), re.findall(r"Value=([^|,]*)", text)
        return {name.strip(): _chosen(chosen) for name, chosen in zip(names, values, strict=False)}
    return {name.strip(): _chosen(chosen) for name, chosen in _OPTION.findall(text)}


def first_key(value: object, keys: Sequence[str]) -> list[str]:
    """Of each object in a list, the text under the first of these keys that has one."""
    objects = value if isinstance(value, list) else [value]
    texts = [next((text for key in keys if (text := text_of(_under(entry, key)))), "") for entry in objects]
    return [text for text in texts if text]


def price_or_none(value: object) -> float | None:
    """The price that a cell spells; None where it spells none."""
    try:
        return parse_price(value)
    except (ValueError, OverflowError):
        return None


def _under(entry: object, key: str) -> object:
    return entry.get(key) if isinstance(entry, Mapping) else entry


def _chosen(text: str) -> str:
    # a colour may be followed by its code
    return re.sub(r":#[0-9a-fA-F]{3,8}(?::#[0-9a-fA-F]{3,8})*$", "", text.strip())


def _split(text: str, mark: str) -> list[str]:
    if not mark:
        return [text]
    if mark == " ":
        return text.split()
    return [part.strip().replace(_KEPT + mark, mark) for part in _splitter(mark).split(text)]


@cache
def _splitter(mark: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\\){re.escape(mark)}")


def unique(values: Iterable[str]) -> list[str]:
    """Each value once, in order."""
    return list(dict.fromkeys(values))
