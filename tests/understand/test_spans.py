"""Stretches of a text: what touches is free, what overlaps is not."""

from __future__ import annotations

import pytest

from agent.understand.spans import is_free, spans_of
from agent.understand.tokens import tokens


@pytest.mark.parametrize(("start", "end", "free"), [(0, 3, True), (7, 9, True), (2, 4, False), (4, 5, False)])
def test_a_stretch_is_free_where_it_overlaps_nothing(start: int, end: int, free: bool) -> None:
    assert is_free(start, end, [(3, 7)]) is free


def test_spans_say_where_the_words_stand() -> None:
    assert spans_of(tokens("red chair")) == [(0, 3), (4, 9)]
