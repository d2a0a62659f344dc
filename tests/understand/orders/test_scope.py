"""Among which items an order is meant."""

from __future__ import annotations

import pytest

from agent.understand.orders.scope import scope_of


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("cheapest of these", "shown"), ("cheapest", "shown"), ("cheapest lamp", "kind"), ("cheapest thing", "all"),
        ("cheapest first", "kind"), ("cheapest lamp of those", "shown"),
    ],
)  # fmt: skip
def test_the_words_beside_an_order_say_what_is_ordered(text: str, scope: str) -> None:
    assert scope_of(text, (0, len("cheapest")), sorts=False) == scope


def test_what_sorts_a_list_is_of_what_is_sought() -> None:
    assert scope_of("by price", (0, 8), sorts=True) == "kind"
