"""How the value of a field is told: `directed by …`, `ready in …`, `made of …`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from agent.explain.sentence.grammar import ROOM, with_article
from agent.explain.sentence.phrasing import Phrasing, plain_name
from agent.language.patterns import data
from retrieval.items import Value
from retrieval.schema import Field
from retrieval.text.values import as_text
from retrieval.text.words import fold

MOST_VALUE_WORDS = 7
MOST_NAMED_WORDS = 4  # of a value that its field's name follows
PART_HEAD = "with "
UNKNOWN_PLACE = 3
_ENDING = ("genre", "colour", "material", "ingredients", "maker", "brand")  # roles that a last word tells
_UNITLESS = ("memory", "storage")
_MEASURES = ("size", "width", "height", "length", "weight")
_DURATION = re.compile(
    r"[~≈]?\s*(?:(?P<hours>\d+)\s*(?:h|hrs?|hours?))?\s*(?:and )?"
    r"(?:(?P<minutes>\d+)\s*(?:m|min|mins|minutes?)\.?)?",
    re.IGNORECASE,
)
_NUMBER = r"(?:[\d½¼¾⅓⅔⅛][\d½¼¾⅓⅔⅛\s/.,–-]*|an?\b)"
_UNIT = (
    r"(?:(?:x|kg|gr?|ml|cl|dl|l|lb|lbs|oz|tbsp|tsp|tablespoons?|teaspoons?|cups?|tins?|cans?|pounds?|pinch(?:es)?"
    r"|cloves?|bunch(?:es)?|jars?|slices?|handfuls?|sticks?|packs?|packets?|cubes?|pieces?|heads?|stalks?|sprigs?"
    r"|glass(?:es)?|[cTt](?= )|lit(?:er|re)s?|kilos?|bottles?|box(?:es)?|bags?|fillets?"
    r"|servings?|large|medium|small|whole)\b\.?)"
)
# As in `2 (15 oz) cans of beans` and `4 cups / 950ml broth`.
_AMOUNT = re.compile(
    rf"^(?:[~≈/+\s]*(?:or )?(?:about |around |approx\.? )?"
    rf"(?:{_NUMBER}\s*(?:{_UNIT}|\([^)]*\))?|{_UNIT}|\([^)]*\))\s*){{1,4}}(?:of )?",
    re.IGNORECASE,
)
_AGE = re.compile(r"(?:ca?\.|(?:circa|about|early|mid|late|before|after|first|second|third|last)\b)", re.IGNORECASE)
_ERA = re.compile(r"(?:(?:early|mid|late|first|second|third|last)\b|\d+(?:st|nd|rd|th)\b|\d{3,4}s\b)", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COUNT = re.compile(r"(?:about )?\d+(?:\s?[-–]\s?\d+)?(?: people| persons?)?", re.IGNORECASE)
_PLAIN = re.compile(r"[\w'’.-]+(?: [\w'’.-]+)*")  # words alone
_NAMES_COUNTRY = re.compile(r"[A-Z]\w+")


@dataclass(frozen=True, slots=True)
class FieldRole:
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

    @property
    def is_measure(self) -> bool:
        """Whether its values are measures, which say little alone."""
        return self.name in _MEASURES


def role_of(name: str) -> FieldRole | None:
    """The role of a field by its name, or by the last word of it, `film genres`; None where it has none here."""
    plain = plain_name(name)
    known = _roles_by_name()
    by_end = known.get(plain.rpartition(" ")[2])
    return known.get(plain) or (by_end if by_end is not None and by_end.name in _ENDING else None)


def is_quotable(name: str) -> bool:
    """Whether a field's text may be quoted."""
    plain = plain_name(name)
    return plain not in _unquoted() and not plain.endswith((" id", " url"))


def is_allergen_list(name: str) -> bool:
    """Whether a field lists the allergens of an item."""
    return plain_name(name) in data(ROOM, "fields.yaml")["allergen lists"]


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
    text = _value_text(field, value, role, phrasing, foreign=foreign)
    if not text or len(text.split()) > MOST_VALUE_WORDS or "\n" in text:
        return None
    if role is None:
        return _unknown(field, value, text, phrasing, foreign=foreign)
    if role.name == "origin":
        text = text.partition(",")[0].partition("(")[0].strip()
        role = _roles()["described origin"] if _is_adjective(text) else role
    elif role.name in ("maker", "brand"):
        text = text.partition(" (")[0].partition(";")[0].strip()
    elif role.name == "date":
        text = text.strip("?").strip()
    if _speaks_for_itself(role, text):
        return phrasing.quoted(text) if foreign else text
    if role.name == "genre" and (instead := _worded_genre(text, phrasing.language)):
        return instead
    if role.name == "level" and "level" in fold(text):
        return text
    if role.name == "date" and phrasing.language == "en" and _DAY.fullmatch(text):
        return f"on {text}"
    if role.name == "date" and phrasing.language == "en" and _ERA.match(text):
        text = f"the {text}"
    told = text if not foreign or not _is_worded(text, role) else phrasing.quoted(text)
    return _says(role, domain, phrasing.language).format(value=told)


def _worded_genre(text: str, language: str) -> str | None:
    """Whom a thing is for, where a genre says no more: `children`."""
    instead: Mapping[str, Mapping[str, str]] = data(ROOM, "fields.yaml")["worded genres"]
    return instead.get(language, {}).get(fold(text))


def _speaks_for_itself(role: FieldRole, text: str) -> bool:
    """Whether a value has words of its own: `dated 1694`, `4 omelets`."""
    if role.name == "date":
        return text[:1].isalpha() and not _AGE.match(text)
    return role.name == "servings" and not _COUNT.fullmatch(text)


def head_of(role: FieldRole, domain: str, language: str) -> str:
    """What stands before the value in a role's phrase; empty where something stands behind it."""
    head, _, tail = _says(role, domain, language).partition("{value}")
    return "" if tail else head


def entry_text(field: Field, entry: str) -> str:
    """An entry of a list as it is told: of an ingredient what it is, without how much of it."""
    role = role_of(field.name)
    if role is not None and role.name == "medium" and ";" in entry:  # what it is, then what it is made of
        parts = [part.strip() for part in entry.split(";") if "(" not in part]
        return parts[min(1, len(parts) - 1)] if parts else ""
    if role is None or not role.amounts:
        return entry
    bare = _AMOUNT.sub("", entry, count=1) if _AMOUNT.match(entry) else entry
    return re.split(r"[(\[,;:]", bare)[0].strip()


def _value_text(field: Field, value: Value, role: FieldRole | None, phrasing: Phrasing, *, foreign: bool) -> str:
    if isinstance(value, int | float):
        if role is not None and not field.unit and (role.is_measure or role.name in _UNITLESS):
            return ""  # so many of what is not said
        number = str(value) if role is not None and role.name in ("year", "date") else phrasing.number(value)
        if field.unit:
            return f"{number} {field.unit}"
        return f"{number} {_unit(role.numbers, value, phrasing)}" if role and role.numbers else number
    text = as_text(value).strip()
    if role is not None and role.numbers == "minutes" and (told := duration_text(text, phrasing)):
        return told
    if role is not None and role.numbers and text.isdigit():
        return f"{text}{_gap(phrasing)}{_unit(role.numbers, int(text), phrasing)}"
    if role is not None and role.name in ("genre", "colour", "material", "medium", "level", "ingredients"):
        return text if foreign else _small(text, phrasing.language)  # what is quoted stands letter for letter
    return text


def duration_text(text: str, phrasing: Phrasing) -> str:
    """Hours and minutes in the words of a language; empty where the text says anything else."""
    match = _DURATION.fullmatch(text)
    if match is None or not (match["hours"] or match["minutes"]):
        return ""
    parts = (("hours", match["hours"]), ("minutes", match["minutes"]))
    told = [f"{number}{_gap(phrasing)}{_unit(name, float(number), phrasing)}" for name, number in parts if number]
    return (_gap(phrasing)).join(told)


def counted(name: str, value: float, phrasing: Phrasing) -> str:
    """So many of a unit of `units`: `40 minutes`."""
    return f"{phrasing.number(value)}{_gap(phrasing)}{_unit(name, value, phrasing)}"


def says_of(role: FieldRole, domain: str, language: str) -> str:
    """The phrase by which a role tells its values."""
    return _says(role, domain, language)


def _gap(phrasing: Phrasing) -> str:
    return phrasing.joints["gap"]


def _unit(name: str, value: float, phrasing: Phrasing) -> str:
    one, many = data(ROOM, "fields.yaml")["units"][phrasing.language][name]
    return str(one if value == 1 else many)


def _small(text: str, language: str) -> str:
    """A value that is a word and no name, as it stands within a sentence."""
    if fold(text) in data(ROOM, "fields.yaml")["names of days"]:
        return text
    if language == "de" or not text[:1].isupper() or not text[1:2].islower() or _is_adjective(text.split()[0]):
        return text
    if all(word[:1].isupper() for word in text.split()) and len(text.split()) > 1:
        return text  # may be a name
    return text[0].lower() + text[1:]


def _unknown(field: Field, value: Value, text: str, phrasing: Phrasing, *, foreign: bool) -> str | None:
    """A value of a field that we have no phrase for: words speak for themselves, numbers need what they count."""
    if isinstance(value, int | float):
        return f"{text} {plain_name(field.name)}" if field.unit is None else f"{plain_name(field.name)} {text}"
    small = _worded_genre(text, phrasing.language) or _small(text, phrasing.language)
    return phrasing.quoted(text) if foreign else _named_value(plain_name(field.name), text, small, phrasing.language)


def _named_value(name: str, written: str, text: str, language: str) -> str:
    """A value with the name of its field, where it says little alone: `with a Nikon F mount`, `offering Spanish`."""
    if language != "en":
        return text
    named = data(ROOM, "fields.yaml")["named values"]
    if verb := named["verbs"].get(name):
        return f"{verb} {written}"
    if name in named["purposes"]:
        return text if fold(text).split()[0] == "for" else f"for {text}"
    noun = name.rpartition(" ")[2]
    has_part = noun in named["counted"] or noun in named["uncounted"]
    if not has_part or len(text.split()) > MOST_NAMED_WORDS or not _PLAIN.fullmatch(text):
        return text
    whole = text if noun in fold(text).split() else f"{text} {name}"
    return f"{PART_HEAD}{whole if noun in named['uncounted'] else with_article(whole)}"


def tells_by_verb(name: str) -> bool:
    """Whether the name of a field says what it does: `offers`, told as `offering …`."""
    return plain_name(name) in data(ROOM, "fields.yaml")["named values"]["verbs"]


def is_named_value(name: str) -> bool:
    """Whether values of a field are told with its name."""
    named, plain = data(ROOM, "fields.yaml")["named values"], plain_name(name)
    noun = plain.rpartition(" ")[2]
    return plain in named["verbs"] or plain in named["purposes"] or noun in (*named["counted"], *named["uncounted"])


def _is_worded(text: str, role: FieldRole) -> bool:
    """Whether a value is made of words of a language, and is no name or number."""
    return role.name in ("genre", "colour", "material", "medium", "ingredients", "level") and any(
        mark.isalpha() for mark in text
    )


def _is_adjective(text: str) -> bool:
    known = data(ROOM, "fields.yaml")["adjectives"]
    return bool(_NAMES_COUNTRY.fullmatch(text)) and (text in known["words"] or text.endswith(tuple(known["ends"])))


def _says(role: FieldRole, domain: str, language: str) -> str:
    return role.says.get(f"{domain}.{language}") or role.says[language]


@cache
def _roles() -> Mapping[str, FieldRole]:
    content: Mapping[str, Mapping[str, Any]] = data(ROOM, "fields.yaml")["roles"]
    return {
        name: FieldRole(
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
def _roles_by_name() -> Mapping[str, FieldRole]:
    content: Mapping[str, Mapping[str, Any]] = data(ROOM, "fields.yaml")["roles"]
    return {plain_name(name): _roles()[role] for role, entry in content.items() for name in entry["names"]}


@cache
def _unquoted() -> frozenset[str]:
    return frozenset(data(ROOM, "fields.yaml")["unquoted"])


__all__ = [
    "PART_HEAD",
    "UNKNOWN_PLACE",
    "FieldRole",
    "counted",
    "duration_text",
    "entry_text",
    "head_of",
    "is_allergen_list",
    "is_named_value",
    "is_quotable",
    "role_of",
    "says_of",
    "tells_by_verb",
    "value_phrase",
]
