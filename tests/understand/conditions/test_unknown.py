"""Unknown musts: what is a must or not wanted, but no field of the catalog tells."""

from __future__ import annotations

import pytest

from agent.understand.conditions.unknown import unknown_terms


@pytest.mark.parametrize(
    ("text", "words", "refused"),
    [
        ("a bowl that must be dishwasher safe", "dishwasher safe", False),
        ("bread without any gluten", "gluten", True),
        ("painted by Anna Ancher", "Anna Ancher", False),
        ("a print by Vincent van Gogh", "Vincent van Gogh", False),
        ("不要香菜", "香菜", True),
    ],
)
def test_words_that_no_field_tells_are_a_must_or_refused(text: str, words: str, refused: bool) -> None:
    (must,) = unknown_terms(text, [])
    assert (must.words, must.refused) == (words, refused)
    assert must.words in text[must.start : must.end]


@pytest.mark.parametrize(
    "text", ["no problem", "no idea yet", "no more than that", "不要紧", "a film like Stand by Me"]
)
def test_phrases_and_titles_state_nothing(text: str) -> None:
    assert list(unknown_terms(text, [])) == []


def test_what_was_read_already_is_not_told_again() -> None:
    assert list(unknown_terms("no leather", [(0, 10)])) == []


def test_the_note_says_what_becomes_of_the_words() -> None:
    (must,) = unknown_terms("must be fireproof", [])
    (refused,) = unknown_terms("without nuts", [])
    assert must.note == "No field of the catalog tells “fireproof”: it was searched for, not made a must-have."
    assert "nuts" in refused.note
    assert refused.note != must.note.replace("fireproof", "nuts")
