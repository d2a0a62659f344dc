"""Lists in plain English."""

from __future__ import annotations

import pytest

from agent.language.lists import listed


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["red"], "red"),
        (["red", "white"], "red and white"),
        (["red", "white", "blue"], "red, white and blue"),
    ],
)
def test_names_are_listed_as_one_would_say_them(names: list[str], text: str) -> None:
    assert listed(names) == text
