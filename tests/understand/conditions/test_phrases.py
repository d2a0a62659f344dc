"""Phrases: patterns as they are looked for in flat text."""

from __future__ import annotations

import pytest

from agent.understand.conditions.phrases import compiled, flattened
from agent.understand.tokens import flat


@pytest.mark.parametrize("word", ["größer", "jusqu’à", "más", "żółty", "ещё", "ガラス", "이상"])
def test_a_word_with_accents_is_found_in_flat_text(word: str) -> None:
    assert compiled(word.replace("’", "'")).fullmatch(flat(word))


def test_signs_of_a_pattern_stay_as_they_are() -> None:
    assert flattened(r"\S[^，？]é+(?P<what>\w)") == r"\S[^，？]e+(?P<what>\w)"


def test_of_no_words_nothing_is_found() -> None:
    assert compiled("").search("anything") is None
    assert compiled("", before=r"\s*").search("") is None
