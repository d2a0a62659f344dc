"""What columns are called, in five languages, and which of ours a heading stands for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from retrieval.files.yaml_text import parsed

ROLES = ("id", "title", "description", "price", "currency", "category", "image", "audio", "video", "url")
LANGUAGES = ("en", "de", "fr", "es", "zh")
_BRACKETS = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]?")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MARKS = re.compile(r"[^\w]+|_+")


def folded(heading: str) -> str:
    """A heading without case, accents, marks, and what stands in brackets: `Preis (brutto)` is `preis`."""
    bare = _BRACKETS.sub(" ", heading).strip() or heading
    text = unicodedata.normalize("NFKD", _CAMEL.sub(" ", bare).casefold().replace("ß", "ss").replace("œ", "oe"))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return " ".join(_MARKS.sub(" ", text).split())


def by_name(headings: Iterable[str], fits: Callable[[str, str], bool]) -> dict[str, str]:
    """By role the heading that stands for it; each heading for one role at most, and the likelier names first.

    Args:
        fits: Whether a column, by its role and heading, holds what it would have to.
    """
    names: dict[str, str] = {}
    for heading in headings:
        names.setdefault(folded(heading), heading)
    chosen = own_names(names.values())
    for role in ROLES:
        known = (names[name] for name in synonyms()[role] if role not in chosen and name in names)
        fitting = next((name for name in known if name not in chosen.values() and fits(role, name)), None)
        if fitting is not None:
            chosen[role] = fitting
    return chosen


def own_names(headings: Iterable[str]) -> dict[str, str]:
    """By role the heading that is its very name, in any case of letters."""
    roles = {**{role: role for role in ROLES}, "images": "image"}
    return {roles[heading.casefold()]: heading for heading in headings if heading.casefold() in roles}


def is_no_price(heading: str) -> bool:
    """Whether a heading names an amount that is no price, such as a weight."""
    words = folded(heading)
    return any(word in _never_prices() for word in (words, *words.split()))


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """By role all names in all languages, folded, likelier ones first."""
    content = _content()
    return {role: tuple(dict.fromkeys((role, f"{role}s", *_interleaved(content[role])))) for role in ROLES}


@cache
def _never_prices() -> frozenset[str]:
    return frozenset(_interleaved(_content()["not_price"]))


@cache
def _content() -> Mapping[str, Mapping[str, list[str]]]:
    content: Mapping[str, Mapping[str, list[str]]] = parsed(
        Path(__file__).with_name("columns.yaml").read_text(encoding="utf-8")
    )
    return content


def _interleaved(names: Mapping[str, list[str]]) -> list[str]:
    """The first name of each language, then the second of each, and so on."""
    longest = max(map(len, names.values()))
    return [folded(names[language][at]) for at in range(longest) for language in LANGUAGES if at < len(names[language])]
