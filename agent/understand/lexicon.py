"""The words of `lexicon.yaml`, ready for looking up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from agent.language.patterns import data
from agent.understand.tokens import forms

Forms = tuple[str, ...]


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


__all__ = ["Forms", "Lexicon", "Role", "Unit", "lexicon"]
