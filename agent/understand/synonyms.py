"""What fields are about whose names no list holds, by likeness of meaning: a `hue` is a colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from agent.recent import recent
from agent.understand.lexicon import Forms, Role, lexicon

if TYPE_CHECKING:
    from retrieval.encoding import Encoder, Vectors

# Cosine with all-MiniLM-L6-v2; of 46 names of fields tried, all above it are right and most right ones are above it.
LIKE = 0.58
MOST_FIELDS = 200


def likely_roles(names: Sequence[Forms], allowed: Sequence[Sequence[Role]], encoder: Encoder) -> Mapping[Forms, Role]:
    """The role of each name that is like one of the role's own names.

    Args:
        names: Names of fields, as forms; of more than `MOST_FIELDS` the first are looked at.
        allowed: For each, the roles that its type can have.
        encoder: English text to vectors.
    """
    names = names[:MOST_FIELDS]
    known = _known()
    if not names:
        return {}
    likeness = _likeness(encoder, tuple(names))  # type: ignore[arg-type]  # encoders are told apart by identity
    likely: dict[Forms, Role] = {}
    for name, row, roles in zip(names, likeness, allowed, strict=False):
        row = np.where([role in roles for role, _ in known], row, -1.0)
        best = int(np.argmax(row))
        if row[best] >= LIKE:
            likely[name] = known[best][0]
    return likely


@cache
def _known() -> list[tuple[Role, str]]:
    """Roles by their own names."""
    return [(role, " ".join(form)) for role in lexicon().roles.values() for form in role.names if _latin(form)]


@recent(4)  # a catalog's fields are asked about each time that its items change
def _likeness(encoder: Encoder, names: tuple[Forms, ...]) -> Vectors:
    """Cosine of each name to each name of a role, float32, shape (len(names), len(_known()))."""
    likeness: Vectors = encoder.encode([" ".join(name) for name in names]) @ encoder.encode([n for _, n in _known()]).T
    return likeness


def _latin(form: Forms) -> bool:
    return all(word.isascii() for word in form)


__all__ = ["LIKE", "likely_roles"]
