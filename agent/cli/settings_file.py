"""The text of `tastemaker.toml`, written from the settings themselves: their docstrings, types, bounds and defaults."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

WIDTH = 100
HEAD = (
    "Settings of Tastemaker. Each stands here with its default, behind a #: take that away to set it. Options of a "
    "command win over the environment (TASTEMAKER_LLM=none), and that wins over this file, which is read in the folder "
    "that the command is started in."
)
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


@dataclass(frozen=True, slots=True)
class SettingsTable:
    """A table of the file.

    Attributes:
        name: Of the table; empty for what stands before all of them.
        settings: The class that reads it; its docstring explains each under `Attributes:`.
    """

    name: str
    settings: type[BaseModel]


def settings_text(tables: Sequence[SettingsTable]) -> str:
    """The whole file, with nothing set in it."""
    return "\n".join([f"{_prose(HEAD)}\n", *(line for table in tables for line in _table(table))]).rstrip() + "\n"


def _table(table: SettingsTable) -> Iterator[str]:
    if table.name:
        yield from (f"[{table.name}]", "")
    explained = attributes_of(table.settings)
    for name, field in table.settings.model_fields.items():
        yield _prose(" ".join(filter(None, (explained[name], _allowed(field)))))
        yield f"#{name} = {_toml(_example(field))}\n"


def attributes_of(settings: type) -> Mapping[str, str]:
    """What a class's docstring says of each of its attributes, by name, as plain text on one line."""
    _, _, section = inspect.cleandoc(settings.__doc__ or "").partition("Attributes:\n")
    texts: dict[str, str] = {}
    for line in section.split("\n\n")[0].splitlines():
        if entry := re.match(r" {4}(\w+): (.*)", line):
            name, texts[entry[1]] = entry[1], entry[2]
        else:
            texts[name] += f" {line.strip()}"
    return texts


def _allowed(field: FieldInfo) -> str:
    """What a setting may be, where its type says so."""
    choices = [str(choice) for choice in _choices(field.annotation)]
    if choices:
        return f"One of {', '.join(choices)}."
    bounds = [f"{words} {getattr(bound, name):g}" for bound in field.metadata for name, words in _BOUNDS.items()
              if getattr(bound, name, None) is not None]  # fmt: skip
    unset = "; not set by default" if _is_unset(field) else ""
    return f"{', '.join(bounds)}{unset}.".lstrip("; ").capitalize() if bounds or unset else ""


def _is_unset(field: FieldInfo) -> bool:
    return field.default is None or (field.default == "" and bool(field.examples))


def _choices(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from _choices(part)


def _example(field: FieldInfo) -> object:
    """The default; where nothing is one, a value that the setting may have."""
    if not _is_unset(field):
        return field.default
    if field.examples:
        return field.examples[0]
    bounds = [value for bound in field.metadata for name in ("ge", "le") if (value := getattr(bound, name, None))]
    return bounds[-1] if bounds else ""


def _toml(value: object) -> str:
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return repr(value)


def _prose(text: str) -> str:
    """Text as comments."""
    return "\n".join(f"# {line}" for line in textwrap.wrap(text.replace("`", ""), WIDTH - 2))


__all__ = ["SettingsTable", "attributes_of", "settings_text"]
