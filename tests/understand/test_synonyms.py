"""Likely roles: a field whose name no list holds is what its name means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.understand.lexicon import Role, lexicon
from agent.understand.synonyms import MOST_FIELDS, likely_roles
from tests.support.shelf import WordEncoder

ROLES = list(lexicon().roles.values())


class Meanings(WordEncoder):
    """An encoder to which a hue is a colour and heft a weight."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return super().encode([{"hue": "colour", "heft": "weight"}.get(text, text) for text in texts])


def names(roles: dict[tuple[str, ...], Role]) -> dict[str, str]:
    return {" ".join(name): role.name for name, role in roles.items()}


def test_a_name_near_to_one_of_a_role_has_the_role_and_a_strange_one_has_none() -> None:
    roles = likely_roles([("hue",), ("heft",), ("zest",)], [ROLES] * 3, Meanings())
    assert names(dict(roles)) == {"hue": "colour", "heft": "weight"}


def test_a_role_that_the_field_cannot_have_is_not_given() -> None:
    weight = [role for role in ROLES if role.name == "weight"]
    assert likely_roles([("hue",)], [weight], Meanings()) == {}


def test_no_names_ask_no_model() -> None:
    assert likely_roles([], [], None) == {}  # type: ignore[arg-type]  # it is not asked


def test_of_very_many_fields_the_first_are_looked_at() -> None:
    fields = [("zest", str(at)) for at in range(MOST_FIELDS)] + [("hue",)]
    assert likely_roles(fields, [ROLES] * len(fields), Meanings()) == {}
