"""Keys: what people order things by, and the field of a catalog that tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from agent.language.patterns import data
from agent.understand.axes import axes
from agent.understand.lexicon import Forms
from agent.understand.tokens import forms
from agent.understand.vocabulary import KnownField, Vocabulary

_ROOM = "agent.understand.orders"
_NUMERIC = ("number", "integer", "date")


@dataclass(frozen=True, slots=True)
class Key:
    """What things may be ordered by.

    Attributes:
        first: Where the order begins when nobody says: with the least or with the most.
        roles: Of the fields that tell it.
        dimensions: What the numbers of others measure that tell it.
        names: Of others that tell it.
        counts: Whether only fields tell it that count something.
    """

    name: str
    first: Literal["asc", "desc"]
    roles: tuple[str, ...]
    dimensions: tuple[str, ...]
    names: tuple[Forms, ...]
    counts: bool

    def field(self, vocabulary: Vocabulary) -> KnownField | None:
        """The first field of the catalog that tells it."""
        return next(self._fields(vocabulary), None)

    def _fields(self, vocabulary: Vocabulary) -> Iterator[KnownField]:
        own = comparable(vocabulary.fields)
        for role in self.roles:
            yield from (field for field in own if field.about == role and _is_count(field) == self.counts)
        for dimension in self.dimensions:
            yield from (field for field in own if field.dimension == dimension)
        for name in self.names:
            yield from (field for field in own if name in _stretches(_words_of(field), len(name)))


@cache
def keys() -> Mapping[str, Key]:
    """All keys by name, read once."""
    return {
        name: Key(
            name,
            entry["first"],
            tuple(entry.get("roles", ())) + (axes()[entry["axis"]].roles if "axis" in entry else ()),
            tuple(entry.get("dimensions", ())),
            tuple(forms(word) for word in entry.get("names", ())),
            entry.get("counts", False),
        )
        for name, entry in data(_ROOM)["keys"].items()
    }


def comparable(fields: Sequence[KnownField]) -> list[KnownField]:
    """The fields that hold numbers or days, and may be spoken of."""
    return [field for field in fields if field.field.type in _NUMERIC and not field.field.hidden]


def _is_count(field: KnownField) -> bool:
    """Whether it counts what it is named after: the number of ratings is no rating."""
    whole = _words_of(field)
    return len(whole) > 1 and any(word in data(_ROOM)["counts"] for word in whole)


def _words_of(field: KnownField) -> Forms:
    return forms(field.name.replace("_", " "))


def _stretches(whole: Forms, length: int) -> set[Forms]:
    return {whole[at : at + length] for at in range(len(whole) - length + 1)}


__all__ = ["Key", "comparable", "keys"]
