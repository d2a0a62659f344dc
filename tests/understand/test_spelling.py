"""Spelling: one slip of the finger is mended, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.spelling import LEAST_LETTERS, Spelling, mended, slips

KNOWN = ("velvet", "copper", "turquoise", "house")
SPELLING = Spelling([*KNOWN, "oak", "n95x5"])


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("velve", "velvet"),
        ("velvett", "velvet"),
        ("veltev", None),
        ("vevlet", "velvet"),
        ("horse", None),
        ("velvet", None),
        ("ok", None),
        ("aok", None),
    ],
)
def test_a_letter_too_many_too_few_or_out_of_place_is_mended(word: str, meant: str | None) -> None:
    assert SPELLING.mend(word) == meant


def test_a_word_that_may_mean_two_is_left_alone() -> None:
    assert Spelling(["planet", "planer"]).mend("plane") is None


@given(st.sampled_from(KNOWN), st.data())
def test_every_letter_but_the_first_may_be_left_out_or_doubled(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    shorter, longer = word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]
    assert SPELLING.mend(longer) == word
    assert len(shorter) < LEAST_LETTERS - 1 or SPELLING.mend(shorter) == word


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("undr 50 euros, withuot leather", "under 50 euros, without leather"),
        ("Betwen 3 and 5", "between 3 and 5"),
        ("underneath the belfry", "underneath the belfry"),
        ("不到50块", "不到50块"),
    ],
)
def test_only_the_words_that_must_haves_hang_on_are_mended_in_a_text(text: str, right: str) -> None:
    assert mended(text) == right


@given(st.text("abcde", min_size=2, max_size=8))
def test_a_word_is_among_the_slips_of_each_of_its_own(word: str) -> None:
    for slip in slips(word):
        if slip[:1] == word[:1] and len(slip) > 1:
            assert word in slips(slip)
    assert word not in slips(word)
