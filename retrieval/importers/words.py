"""Words that files of events are written in, read from the data beside this file; each in every language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from retrieval.files.yaml_text import parsed

LANGUAGES = ("en", "de", "fr", "es", "zh")
MISSING = frozenset(
    {"", "nan", "null", "none", "<na>", "n/a", "#n/a", "na", "nat", "nil", "undefined", "\\n", "-", "–", "—"}
)
"""What programs write where there is nothing, folded; `na` and the like are no ids either."""


@cache
def by_language(name: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The lists of `NAME.yaml`, each by language.

    Raises:
        ValueError: a list lacks a language.
    """
    text = (files("retrieval.importers") / f"{name}.yaml").read_text(encoding="utf-8")
    entries: Mapping[str, Mapping[str, list[Any]]] = parsed(text)
    if lacking := [
        f"{key}: {language}" for key, lists in entries.items() for language in LANGUAGES if language not in lists
    ]:
        raise ValueError(f"{name}.yaml: {', '.join(lacking)}. An empty list says that it has none.")
    return MappingProxyType(
        {key: {language: tuple(map(str, words)) for language, words in lists.items()} for key, lists in entries.items()}
    )


def folded(text: str) -> str:
    """A text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))


def is_missing(text: str) -> bool:
    """Whether a cell holds what programs write in place of nothing."""
    return text.strip().casefold() in MISSING
