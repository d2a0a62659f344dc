"""Signs: what other readers find in a turn, whatever catalog it is said to."""

from __future__ import annotations

import pytest

from agent.understand.acts.signs import N_SIGNS, signs


def test_a_text_without_any_has_none() -> None:
    assert signs("well then").shape == (N_SIGNS,)
    assert not signs("well then").any()


@pytest.mark.parametrize(
    ("with_sign", "without"),
    [
        ("no mushrooms", "no thanks"),
        ("sort by price, cheapest first", "put my order together"),
        ("a bit cheaper", "a bit odd"),
        ("the second one", "just a moment"),
        ("boots", "hello"),
    ],
)
def test_a_sign_tells_turns_apart_that_begin_alike(with_sign: str, without: str) -> None:
    assert signs(with_sign).sum() > signs(without).sum()
