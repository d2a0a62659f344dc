"""Rewording: near words of the catalog's own in place of others, and never the same word in another form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evaluate.known_items.rewording import Rewording
from retrieval.items import Item
from tests.support.shelf import WordEncoder, snapshot

MEANT = {"sofa": "seat", "couch": "seat", "couches": "seat", "lantern": "light", "lamp": "light"}


class Meanings(WordEncoder):
    """An encoder to which a sofa and a couch are the same seat."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return super().encode([MEANT.get(text.lower(), text) for text in texts])


ITEMS = [Item("1", "Leather couch"), Item("2", "Brass lantern"), Item("3", "Oak couches"), Item("4", "Oak 1900 table")]
REWORDING = Rewording(snapshot(ITEMS), Meanings())


def reworded(text: str, share: float = 1.0, seed: int = 0) -> str:
    return REWORDING(text, share, np.random.default_rng(seed))


def test_a_word_is_put_as_the_catalog_puts_it() -> None:
    assert reworded("sofa") in ("couch", "couches")
    assert reworded("big lamp") == "big lantern"


def test_the_same_word_in_another_form_is_no_other_word() -> None:
    assert reworded("couch") == "couch"


def test_a_word_that_nothing_is_near_to_stays() -> None:
    assert reworded("giraffe 1900") == "giraffe 1900"


@given(st.floats(0, 1), st.integers(0, 99))
def test_as_many_words_come_out_and_the_same_for_the_same_seed(share: float, seed: int) -> None:
    text = "sofa and lamp for the hall"
    assert reworded(text, share, seed) == reworded(text, share, seed)
    assert len(reworded(text, share, seed).split()) == len(text.split())
    assert reworded(text, 0.0, seed) == text


@pytest.mark.parametrize("items", [[], [Item("1", "1900")]])
def test_a_catalog_without_words_leaves_every_text_as_it_is(items: list[Item]) -> None:
    assert Rewording(snapshot(items), Meanings())("sofa lamp", 1.0, np.random.default_rng(0)) == "sofa lamp"
