"""Stuffing: what stands in a text again and again for no reader counts nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.stuffing import unstuffed, without_runs
from retrieval.text.words import words

TEXT = "A scarf of soft wool, woven by hand in the hills."


@pytest.mark.parametrize(
    "stuffing",
    ["espresso machine " * 200, "espresso machine, " * 20, "Espresso machine. " * 12, "espresso machine | " * 5,
     "浓缩咖啡机" * 9,
     "espresso machine good espresso machine nice machine espresso " * 6],
)  # fmt: skip
def test_what_is_stuffed_goes_and_the_rest_stays(stuffing: str) -> None:
    rest = unstuffed(f"{TEXT} {stuffing}")
    assert rest.startswith(TEXT[:-1])
    assert {"espresso", "machine"}.isdisjoint(words(rest))
    assert "咖啡" not in rest


@pytest.mark.parametrize(
    "text",
    [
        TEXT, "Tora! Tora! Tora!", "Dell A1, Dell A2, Dell A3, Dell A4",
        "1 cup flour, 1 cup sugar, 1 cup milk, 1 cup oats", "CD-R, CD-R, CD-R, CD-R, CD-R",
        "Row, row, row your boat gently down the stream.",
    ],
)  # fmt: skip
def test_what_people_write_stays_the_very_same(text: str) -> None:
    assert without_runs(text) is text


def test_words_of_the_title_may_come_often_and_not_in_a_row() -> None:
    text = "Tea for all, tea at noon, tea by night, black tea, green tea, white tea, herb tea."
    assert unstuffed(text, frozenset({"tea"})) is text
    assert "tea" not in words(unstuffed(text))
    assert unstuffed("tea tea tea tea tea", frozenset({"tea"})) == ""


@given(st.text(alphabet="ab c.,浓缩", max_size=80))
def test_a_text_never_grows(text: str) -> None:
    assert len(unstuffed(text)) <= len(text)
