"""Words of orders: tables that find the longest, and slips that are mended in their places."""

from __future__ import annotations

from agent.understand.orders.words import mended, regex, table


def test_the_longest_words_win() -> None:
    words = list(table("superlatives").search("the highest rated and the most expensive one"))
    assert [(word.key, word.direction) for word in words] == [("rating", "desc"), ("price", "desc")]


def test_a_mended_slip_keeps_every_character_in_its_place() -> None:
    text = "a chepest lamp"
    low, places = mended(text)
    assert low == "a cheapest lamp"
    assert [text[places[low.index(word)]] for word in ("cheapest", "lamp")] == ["c", "l"]
    assert places[len(low)] == len(text)


def test_words_of_all_languages_stand_beside_each_other() -> None:
    assert regex("middle").search("ein zelt der mittelklasse")
    assert regex("middle").search("中等价位")
