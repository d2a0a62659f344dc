"""Keys: what people order things by, and the field of a catalog that tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from agent.language.patterns import data
from agent.understand.axes import axes
from agent.understand.lexicon import Forms, lexicon
from agent.understand.tokens import forms
from agent.understand.vocabulary import KnownField, Vocabulary

_ROOM = "agent.understand.orders"
MOST_WORDS = 2  # in the name of a field that people would mean without saying it
_LETTERS = frozenset("lw")  # units that the lexicon lacks, as in `capacity_l`
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
        # Of several the one with the plainest name: `weight` comes before `cable weight`.
        own = sorted((field for field in comparable(vocabulary.fields) if _is_plain(field)), key=_length)
        for role in self.roles:
            yield from (field for field in own if field.about == role and _is_count(field) == self.counts)
        for dimension in self.dimensions:
            yield from (field for field in own if field.dimension == dimension and not field.about)
        for name in self.names:
            yield from (field for field in own if _words_of(field)[-len(name) :] == name)


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
    """The words of its name without those that name a unit."""
    whole = forms(field.name.replace("_", " "))
    return tuple(word for word in whole if word not in lexicon().in_names and word not in _LETTERS) or whole


def _length(field: KnownField) -> int:
    return len(_words_of(field))


def _is_plain(field: KnownField) -> bool:
    """Whether it is about the thing as people speak of it, not about its package or `surge energy`."""
    return _length(field) <= MOST_WORDS and not any(word in data(_ROOM)["aside"] for word in _words_of(field))


__all__ = ["Key", "comparable", "keys"]
