"""Allergies, in the words in which people tell of them: none may be missed."""

from __future__ import annotations

import pytest

from agent.understand.denials import denials
from agent.understand.denials.reading import MOST_CHARS


@pytest.mark.parametrize("who", ["I am", "i'm", "im", "My son is", "we are", "She is badly", "my dad is very"])
@pytest.mark.parametrize("rest", ["", ". a curry", ", something quick", " and in a hurry"])
def test_whoever_is_allergic_is_heard(who: str, rest: str) -> None:
    (term, *_) = denials(f"{who} allergic to peanuts{rest}", "en")
    assert (term.term, term.lasting) == ("peanut", True)


def test_a_wall_of_text_is_read_as_far_as_anybody_reads() -> None:
    assert denials("no nuts. " * MOST_CHARS, "en")
