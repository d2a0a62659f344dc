"""Limits of what several things cost: for all, for each, or for one."""

from __future__ import annotations

import pytest

from agent.understand.phrases import phrases
from agent.understand.roles.limits import spending_limits

ENGLISH = phrases("agent.understand.roles", "roles", ("en",))


@pytest.mark.parametrize(
    ("text", "amount", "words", "total", "each"),
    [
        ("clock and lamp together under 90", 90.0, "together under 90", True, False),
        ("clock and lamp, 90 dollars all in", 90.0, "90 dollars all in", True, False),
        ("clock and lamp between 50 and 90 in total", 90.0, "between 50 and 90 in total", True, False),
        ("clock and lamp below 40 each", 40.0, "below 40 each", False, True),
        ("a clock under 40", 40.0, "under 40", False, False),
        ("together they should be nice, under 40", 40.0, "under 40", True, False),
    ],
)
def test_the_words_around_an_amount_say_what_it_limits(
    text: str, amount: float, words: str, total: bool, each: bool
) -> None:
    (limit,) = spending_limits(text, ENGLISH)
    assert (limit.amount, text[limit.start : limit.end], limit.total, limit.each) == (amount, words, total, each)


@pytest.mark.parametrize("text", ["a table for two", "4 chairs", "a lamp of 5 kg", "size 42", "around the house"])
def test_a_number_of_something_else_is_no_limit(text: str) -> None:
    assert spending_limits(text, ENGLISH) == []
