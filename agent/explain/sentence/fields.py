"""How the value of a field is told: `directed by …`, `ready in …`, `made of …`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from agent.explain.sentence.grammar import ROOM
from agent.explain.sentence.phrasing import Phrasing, plain_name
from agent.language.patterns import data
from retrieval.items import Value
from retrieval.schema import Field
from retrieval.text.values import as_text

MOST_VALUE_WORDS = 7
UNKNOWN_PLACE = 3
_MINUTES = re.compile(r"(\d+)\s*(?:m|min|mins|minutes?)\.?", re.IGNORECASE)
_AMOUNT = re.compile(
    r"^[~≈\s]*(?:about |around |approx\.? )?(?:\d[\d\s/.,–-]*|[½¼¾⅓⅔]|an? )?\s*"
    r"(?:x |kg|g|ml|cl|dl|l|lb|lbs|oz|tbsp|tsp|tablespoons?|teaspoons?|cups?|tins?|cans?|pounds?|pinch(?:es)?|cloves?|"
    r"bunch(?:es)?|jars?|slices?|handfuls?|sticks?|packs?|packets?)?\b\.?\s*(?:\([^)]*\))?\s*(?:of )?",
    re.IGNORECASE,
)
_NAMES_COUNTRY = re.compile(r"[A-Z]\w+")


@dataclass(frozen=True, slots=True)
class Role:
    """What a field is about.

    Attributes:
        name: Of the role.
        place: Where its phrase stands among others.
        shown: Whether a card has its value already.
        amounts: Whether its entries begin with amounts, which are left out.
        numbers: The unit that bare numbers are of.
        says: Its phrases, by language, and by domain and language.
    """

    name: str
    place: int
    says: Mapping[str, str]
    shown: bool = False
    amounts: bool = False
    numbers: str = ""


def role_of(name: str) -> Role | None:
    """The role of a field by its name; None where it has none here."""
    return _roles_by_name().get(plain_name(name))


def is_quotable(name: str) -> bool:
    """Whether a field's text may be quoted."""
    plain = plain_name(name)
    return plain not in _unquoted() and not plain.endswith((" id", " url"))


def value_phrase(field: Field, value: Value, phrasing: Phrasing, domain: str, *, foreign: bool = False) -> str | None:
    """A value as a fragment of a sentence; None where it cannot be told as it stands.

    Args:
        value: One entry of a list.
        foreign: Whether its words are of another language than the sentence.
    """
    role = role_of(field.name)
    if isinstance(value, bool):
        label = plain_name(field.name)
        return label if value else phrasing.tell("without", wish=label)
    text = _value_text(field, value, role, phrasing)
    if not text or len(text.split()) > MOST_VALUE_WORDS or "\n" in text:
        return None
    if role is None:
        return _unknown(field, value, text, phrasing, foreign=foreign)
    if role.name == "origin":
        text = text.partition(",")[0].partition("(")[0].strip()
        if _is_adjective(text):
            role = _roles()["described origin"]
    told = text if not foreign or not _is_worded(text, role) else phrasing.quoted(text)
    return _says(role, domain, phrasing.language).format(value=told)


def entry_text(field: Field, entry: str) -> str:
    """An entry of a list as it is told: of an ingredient what it is, without how much of it."""
    role = role_of(field.name)
    if role is not None and role.name == "medium" and ";" in entry:
        return entry.rpartition(";")[2].strip()  # `Handscroll; ink on silk`: what it is, then what it is made of
    if role is None or not role.amounts:
        return entry
    bare = _AMOUNT.sub("", entry, count=1) if _AMOUNT.match(entry) else entry
    return re.split(r"[(,;:]", bare)[0].strip()


def _value_text(field: Field, value: Value, role: Role | None, phrasing: Phrasing) -> str:
    if isinstance(value, int | float):
        number = str(value) if role is not None and role.name in ("year", "date") else phrasing.number(value)
        if field.unit:
            return f"{number} {field.unit}"
        return f"{number} {_unit(role.numbers, value, phrasing)}" if role and role.numbers else number
    text = as_text(value).strip()
    if role is not None and role.numbers == "minutes" and (match := _MINUTES.fullmatch(text)):
        return f"{match[1]}{_gap(phrasing)}{_unit('minutes', int(match[1]), phrasing)}"
    if role is not None and role.numbers and text.isdigit():
        return f"{text}{_gap(phrasing)}{_unit(role.numbers, int(text), phrasing)}"
    if role is not None and role.name in ("genre", "colour", "material", "medium", "level"):
        return _small(text, phrasing.language)
    return text


def _gap(phrasing: Phrasing) -> str:
    return phrasing.joints["gap"]


def _unit(name: str, value: float, phrasing: Phrasing) -> str:
    one, many = data(ROOM, "fields.yaml")["units"][phrasing.language][name]
    return str(one if value == 1 else many)


def _small(text: str, language: str) -> str:
    """A value that is a word and no name, as it stands within a sentence."""
    if language == "de" or not text[:1].isupper() or text[1:2].isupper() or _is_adjective(text.split()[0]):
        return text
    if all(word[:1].isupper() for word in text.split()) and len(text.split()) > 1:
        return text  # may be a name
    return text[0].lower() + text[1:]


def _unknown(field: Field, value: Value, text: str, phrasing: Phrasing, *, foreign: bool) -> str | None:
    """A value of a field that we have no phrase for: words speak for themselves, numbers need what they count."""
    if isinstance(value, int | float):
        return f"{text} {plain_name(field.name)}" if field.unit is None else f"{plain_name(field.name)} {text}"
    small = _small(text, phrasing.language)
    return phrasing.quoted(text) if foreign else small


def _is_worded(text: str, role: Role) -> bool:
    """Whether a value is made of words of a language, and is no name or number."""
    return role.name in ("genre", "colour", "material", "medium", "ingredients", "level") and any(
        mark.isalpha() for mark in text
    )


def _is_adjective(text: str) -> bool:
    known = data(ROOM, "fields.yaml")["adjectives"]
    return bool(_NAMES_COUNTRY.fullmatch(text)) and (text in known["words"] or text.endswith(tuple(known["ends"])))


def _says(role: Role, domain: str, language: str) -> str:
    return role.says.get(f"{domain}.{language}") or role.says[language]


@cache
def _roles() -> Mapping[str, Role]:
    content: Mapping[str, Mapping[str, Any]] = data(ROOM, "fields.yaml")["roles"]
    return {
        name: Role(
            name,
            entry["place"],
            entry["says"],
            entry.get("shown", False),
            entry.get("amounts", False),
            entry.get("numbers", ""),
        )
        for name, entry in content.items()
    }


@cache
def _roles_by_name() -> Mapping[str, Role]:
    content: Mapping[str, Mapping[str, Any]] = data(ROOM, "fields.yaml")["roles"]
    return {plain_name(name): _roles()[role] for role, entry in content.items() for name in entry["names"]}


@cache
def _unquoted() -> frozenset[str]:
    return frozenset(data(ROOM, "fields.yaml")["unquoted"])


__all__ = ["UNKNOWN_PLACE", "Role", "entry_text", "is_quotable", "role_of", "value_phrase"]
