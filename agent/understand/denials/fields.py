"""What the fields of a catalog tell when something is refused: an item's own colour, yes or no, ingredients."""

from __future__ import annotations

from collections.abc import Iterator

from agent.language.patterns import patterns
from agent.understand.denials.phrases import plain
from agent.understand.denials.taxonomy import Concept, Diet, Sort
from agent.understand.tokens import flat, forms
from retrieval.schema import Field, Schema

_WORDS = patterns("agent.understand.denials", "holding")
_MAIN = frozenset(form for word in _WORDS.alternatives("main") for form in forms(word))
_CONTAINS = frozenset(form for word in _WORDS.alternatives("contains") for form in forms(word))
_WITHOUT = frozenset(forms(word) for word in _WORDS.alternatives("without"))
_FREE_FIELDS = frozenset(forms(name) for name in _WORDS.alternatives("free fields"))
_FREE = frozenset(forms(word) for word in _WORDS.alternatives("free"))


def telling_fields(schema: Schema, sort: Sort) -> tuple[Field, ...]:
    """The fields whose value says what a whole item is of a sort: `product_colour`, but not `cable_colour`."""
    fields = (field for field in schema.fields.values() if field.type in ("category", "list", "text"))
    return tuple(field for field in fields if _main(field.name) in sort.fields)


def listing_fields(schema: Schema, sort: Sort) -> tuple[str, ...]:
    """The fields that list what items hold of a sort."""
    return tuple(name for name in schema.fields if forms(name) in sort.listed)


def switches(schema: Schema, owner: Concept | Diet) -> Iterator[tuple[str, bool]]:
    """The yes-or-no fields about a thing or diet, and whether yes says that an item holds it (or keeps to the diet)."""
    names = {forms(plain(flat(word))) for words in owner.called.values() for word in words}
    names |= {
        forms(plain(flat(name))) for name in (owner.name, *(owner.answered if isinstance(owner, Concept) else ()))
    }
    for field in schema.fields.values():
        if field.type == "boolean":
            name = forms(field.name)
            if _without(name) in names and isinstance(owner, Concept):
                yield field.name, False
            elif name in names or (name[:1] and name[0] in _CONTAINS and name[1:] in names):
                yield field.name, True


def tells_free(name: str) -> bool:
    """Whether a field lists what an item is free of: `free_from`."""
    return forms(name) in _FREE_FIELDS


def _main(name: str) -> tuple[str, ...]:
    form = forms(name)
    return form[1:] if len(form) > 1 and form[0] in _MAIN else form


def _without(name: tuple[str, ...]) -> tuple[str, ...] | None:
    """What a field says that there is none of: `nut_free`, `without_nuts`."""
    for mark in _FREE:
        if len(name) > len(mark) and name[-len(mark) :] == mark:
            rest = name[: -len(mark)]
            return rest[1:] if rest[0] in _CONTAINS and len(rest) > 1 else rest
    for mark in _WITHOUT:
        if len(name) > len(mark) and name[: len(mark)] == mark:
            return name[len(mark) :]
    return None


__all__ = ["listing_fields", "switches", "telling_fields", "tells_free"]
