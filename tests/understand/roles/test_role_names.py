"""Names of several things side by side."""

from __future__ import annotations

import pytest

from agent.understand.roles.role_names import NamedRole, RoleNames

NAMES = RoleNames([["wall clock", "blue wall clock"], ["lamp"], ["alarm bell", "bell jar"]])


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("the wall clock", 0),
        ("is the clock loud", 0),
        ("another lamp", 1),
        ("lamps", 1),
        ("that bell", 2),
        ("the allarm bell", 2),
    ],
)
def test_a_thing_is_named_by_its_words_or_the_last_of_them(text: str, role: int) -> None:
    assert [named.role for named in NAMES.find(text)] == [role]


def test_the_last_word_of_two_things_names_neither() -> None:
    names = RoleNames([["wall clock"], ["table clock"]])
    assert names.find("the clock") == []
    assert [named.role for named in names.find("table clock and wall clock")] == [1, 0]


def test_places_are_told_in_characters() -> None:
    assert NAMES.find("Drop the Lamp!") == [NamedRole(1, 9, 13)]


def test_what_is_not_named_is_not_found() -> None:
    assert NAMES.find("something brighter") == []
