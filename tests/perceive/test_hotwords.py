"""Hot words: what a recogniser is told to expect from a catalog."""

from __future__ import annotations

from agent.perceive.hotwords import SHORT_CHARS, VOCABULARY_WORDS, vocabulary
from retrieval.items import Item
from tests.support.shelf import snapshot


def test_words_that_many_items_share_come_first() -> None:
    items = [
        Item("1", "Brass lamp", category="Lighting"),
        Item("2", "Brass kettle", category="Kitchen"),
        Item("3", "Copper kettle", category="Kitchen", attributes={"maker": "Brass Brothers"}),
    ]
    words = vocabulary(snapshot(items))
    assert words[0] == "Brass"
    assert set(words[1:3]) == {"kettle", "Kitchen"}


def test_a_word_counts_once_for_each_item() -> None:
    items = [Item("1", "Boat boat boat boat"), Item("2", "Boat Harbour"), Item("3", "Harbour Harbour")]
    assert vocabulary(snapshot(items))[:2] == ("Boat", "Harbour")
    items = [Item("1", "Noisy Noisy Noisy"), Item("2", "Harbour"), Item("3", "Harbour")]
    assert vocabulary(snapshot(items))[0] == "Harbour"


def test_short_words_numbers_and_long_attributes_are_left_out() -> None:
    long = "Wonderful " * (SHORT_CHARS // 4)
    item = Item("1", "Oak box 2000 x1000", attributes={"note": long, "tags": ("listed",), "year": 1900.0})
    assert vocabulary(snapshot([item])) == ()


def test_no_more_words_are_told_than_a_recogniser_takes() -> None:
    letters = [f"Word{chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(2 * VOCABULARY_WORDS)]
    assert len(vocabulary(snapshot([Item("1", " ".join(letters))]))) == VOCABULARY_WORDS
