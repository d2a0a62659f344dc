"""Texts as every tokenizer takes them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.backends.text.texts import MAX_CHARACTERS, readable


@given(st.lists(st.text(st.characters(codec=None, exclude_categories=[]), max_size=20), max_size=4))
def test_every_text_can_be_written_down_afterwards(texts: list[str]) -> None:
    cleaned = readable(texts)
    assert [text.encode("utf-8").decode("utf-8") for text in cleaned] == cleaned
    assert [len(text) for text in cleaned] == [len(text) for text in texts]


def test_half_a_character_becomes_a_question_mark_and_whole_ones_stay() -> None:
    assert readable(["a\udcffb", "水 é 🙂", ""]) == ["a?b", "水 é 🙂", ""]


def test_a_long_text_is_cut() -> None:
    assert readable(["x" * (MAX_CHARACTERS + 5)]) == ["x" * MAX_CHARACTERS]
