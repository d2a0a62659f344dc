"""Tokens: words of scripts with spaces, single characters of those without, each where it stands."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.tokens import flat, forms, tokens


@given(st.text(max_size=40))
def test_a_flat_text_has_every_character_in_its_place(text: str) -> None:
    assert len(flat(text)) == len(text)


@given(st.text(max_size=40))
def test_tokens_stand_in_order_and_overlap_nowhere(text: str) -> None:
    spans = [(token.start, token.end) for token in tokens(flat(text))]
    assert all(start < end for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Women’s Cafés", ("women", "cafe")),
        ("红色 lamps", ("红", "色", "lamp")),
        ("3.5 mm", ("3.5", "mm")),
        ("USB-C", ("usb", "c")),
        ("ｌａｍｐ", ("lamp",)),
        ("…!?", ()),
    ],
)
def test_a_value_is_cut_into_the_forms_that_are_compared(text: str, words: tuple[str, ...]) -> None:
    assert forms(text) == words


def test_a_token_says_where_it_stands_in_the_text() -> None:
    text = "Two Blue Chairs"
    assert [text[token.start : token.end] for token in tokens(flat(text))] == ["Two", "Blue", "Chairs"]
