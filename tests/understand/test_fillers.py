"""What is said around a wish is not searched for."""

from __future__ import annotations

import pytest

from agent.understand.fillers import without_fillers


@pytest.mark.parametrize(
    ("spoken", "sought"),
    [
        ("I love Heat, anything like it", "Heat, like it"),
        ("I'd really like a warm lamp", "warm lamp"),
        ("we have always enjoyed quiet films", "quiet films"),
        ("Have you seen a good western?", "good western"),
        ("my daughter likes horses", "horses"),
        ("Can you recommend me a comedy please", "comedy"),
        ("a love story that people like", "love story that people like"),
        ("something calm with water", "calm with water"),
        ("Liebe und andere Dinge", "Liebe und andere Dinge"),
        ("", ""),
    ],
)
def test_only_the_wish_is_left(spoken: str, sought: str) -> None:
    assert without_fillers(spoken) == sought
