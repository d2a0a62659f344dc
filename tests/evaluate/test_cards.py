"""Card figures: how sentences read, counted by words alone."""

from __future__ import annotations

from agent.answers import Answer, Explanation, Recommendation, Request
from agent.evaluate.cards import OUT_OF_PLACE, card_figures, item_words
from retrieval.items import Item

LAMP = Item("1", "Brass lamp", "A warm light for reading.", "Lamps", 39.0, {"colour": "green"})


def answer_of(text: str, request: str = "a warm quiet lamp") -> Answer:
    return Answer(Request(request, "", "en"), (Recommendation(LAMP, 1, 0.5, Explanation(text, ()), {}, 1),))


def test_wishes_met_and_missed_are_counted_by_words() -> None:
    figures = card_figures([answer_of("A warm light, though its data does not say whether it is quiet.")])
    assert (figures.cards, figures.told, figures.admitted, figures.out_of_place) == (1, 1.0, 1.0, ())
    silent = card_figures([answer_of("Made of brass.")])
    assert (silent.told, silent.admitted) == (0.5, 0.0)


def test_words_out_of_place_are_seen() -> None:
    text = "By meaning it is number 1 of those compared with your request (likeness 0.11)."
    assert card_figures([answer_of(text)]).out_of_place == (text,)
    assert OUT_OF_PLACE.search("The description says “Footwear”, and you asked for boots.")
    assert OUT_OF_PLACE.search("display_diagonal: 17")
    assert not OUT_OF_PLACE.search("Waterproof leather, and 10 under your limit.")


def test_all_that_an_item_says_is_read() -> None:
    assert item_words(LAMP).split()[-2:] == ["Lamps", "green"]
