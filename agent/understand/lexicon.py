"""The words of `lexicon.yaml`, ready for looking up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from agent.language.patterns import data
from agent.understand.tokens import flat, forms

Forms = tuple[str, ...]
FURTHER = ("de", "fr", "es", "it", "pt", "nl", "pl", "tr", "ru", "ja", "ko")  # languages beside English and Chinese


@dataclass(frozen=True, slots=True)
class Role:
    """What a field may be about.

    Attributes:
        names: Words it goes by.
        dimension: What its numbers measure.
        unit: Unit of its numbers where nothing else tells.
    """

    name: str
    names: tuple[Forms, ...]
    dimension: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a dimension and its worth in that dimension's base."""

    name: str
    dimension: str
    worth: float


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Attributes:
    roles: By name.
    units: By spelling, as people write it.
    currencies: Code by spelling.
    in_names: Unit by the word that names it within a field's name.
    equal: For a form, all forms that say the same.
    """

    roles: Mapping[str, Role]
    units: Mapping[str, Unit]
    currencies: Mapping[str, str]
    in_names: Mapping[str, Unit]
    equal: Mapping[Forms, frozenset[Forms]]


@dataclass(frozen=True, slots=True, eq=False)
class FurtherWords:
    """What a further language calls the things of the lexicon.

    Attributes:
        units: By spelling.
        currencies: Code by spelling.
        equal: By form, the forms of the lexicon that say the same.
        comma: Whether its commas are decimal points, and its points group thousands.
    """

    units: Mapping[str, Unit] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    equal: Mapping[Forms, tuple[Forms, ...]] = field(default_factory=dict)
    comma: bool = False


@cache
def further(language: str) -> FurtherWords:
    """The words of one of `FURTHER`, read once; nothing for any other language."""
    if language not in FURTHER:
        return FurtherWords()
    entry: Mapping[str, Any] = data("agent.understand", "lexicon.further.yaml")[language]
    by_name = {unit.name: unit for unit in lexicon().units.values()}
    equal: dict[Forms, dict[Forms, None]] = {}
    for meaning, written in (*entry["roles"].items(), *entry["equal"].items()):
        for form in _inflected(written, entry["endings"]):
            equal.setdefault(form, {})[forms(meaning)] = None
    return FurtherWords(
        {flat(word): by_name[unit] for unit, written in entry["units"].items() for word in written.split()},
        {flat(word): code for code, written in entry["currencies"].items() for word in written.split()},
        {form: tuple(meanings) for form, meanings in equal.items()},
        entry["comma"],
    )


def _inflected(written: str, endings: list[str]) -> Iterator[Forms]:
    """The forms of a list of words; a swung dash stands for each of the endings."""
    for word in written.split(", "):
        for ending in endings if word.endswith("~") else [""]:
            yield forms(word.removesuffix("~") + ending)


@cache
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    content = data("agent.understand", "lexicon.yaml")
    by_name = {
        unit: Unit(unit, dimension, float(worth))
        for dimension, units in content["units"].items()
        for unit, worth in units.items()
    }
    return Lexicon(
        roles={name: _role(name, entry) for name, entry in content["roles"].items()},
        units={word: by_name[unit] for unit, words in content["spelled"].items() for word in words},
        currencies={word: code for code, words in content["currencies"].items() for word in (*words, code.lower())},
        in_names={word: by_name[unit] for unit, words in content["names_of_units"].items() for word in words},
        equal=_equal(content["equal"]),
    )


def _role(name: str, entry: Mapping[str, object]) -> Role:
    names = entry["names"]
    dimension, unit = entry.get("dimension"), entry.get("unit")
    return Role(
        name,
        tuple(forms(str(word)) for word in names) if isinstance(names, list) else (),
        None if dimension is None else str(dimension),
        None if unit is None else str(unit),
    )


def _equal(groups: list[list[str]]) -> Mapping[Forms, frozenset[Forms]]:
    equal: dict[Forms, frozenset[Forms]] = {}
    for group in groups:
        all_forms = frozenset(forms(word) for word in group)
        for form in all_forms:  # a form may stand in two groups, and is then equal to all of both
            equal[form] = equal.get(form, frozenset()) | all_forms
    return equal


__all__ = ["FURTHER", "Forms", "FurtherWords", "Lexicon", "Role", "Unit", "further", "lexicon"]
