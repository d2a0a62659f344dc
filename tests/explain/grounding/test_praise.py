"""Praise: an opinion is told as somebody's, and never in our voice."""

from __future__ import annotations

import pytest

from agent.explain.grounding.check import Facts, check
from agent.explain.grounding.praise import own_praise, praise_in
from tests.support.sellers import sentences_of

FACTS = Facts(("title: Fern lamp", "description: The best lamp in the world, of brass, award-winning."))


@pytest.mark.parametrize("template", sentences_of("praise"))
def test_praise_is_known_in_five_languages(template: str) -> None:
    assert praise_in(template.format(item="lamp"))


@pytest.mark.parametrize(
    "text", ["A lamp of brass.", "The longest rope we have.", "His best friend dies.", "Best before May."]
)
def test_what_praises_nothing_is_none(text: str) -> None:
    assert not praise_in(text)


def test_a_sentence_may_quote_praise_and_not_give_it() -> None:
    assert own_praise("The best lamp in the world.")
    assert not own_praise("Its description says “The best lamp in the world”.")
    assert not check("It is an award-winning lamp of brass.", FACTS).grounded
    assert check("It is a lamp of brass.", FACTS).grounded
