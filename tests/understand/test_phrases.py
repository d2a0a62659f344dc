"""Phrases: patterns of a file over plain texts."""

from __future__ import annotations

import pytest

from agent.understand.phrases import phrases, plain


@pytest.mark.parametrize(
    ("text", "other"),
    [("ŁÓDŹ", "lodz"), ("Kırmızı", "kirmizi"), ("غالى", "غالي"), ("Größe", "grose"), ("最新", "最新")],
)
def test_letters_that_people_write_for_each_other_are_one(text: str, other: str) -> None:
    assert plain(text) == other
    assert len(plain(text)) == len(text)


def test_phrases_are_whole_words_where_a_language_sets_spaces() -> None:
    spaced = phrases("agent.understand.roles", "roles", ("en",)).regex("and")
    assert spaced.search("sand") is None
    assert spaced.search("a and b")
    assert phrases("agent.understand.roles", "roles", ("zh",)).regex("and").search("帐篷和睡袋")
