"""Words that give something up, in many languages, and what they name."""

from __future__ import annotations

import pytest

from agent.dialogue.giving_up import (
    gives_up,
    is_everything,
    is_given_up,
    is_permitted,
    named_parts,
    others_end,
    pieces,
    replaces,
    spares_newest,
    without_parts_named,
)
from agent.understand.tokens import flat


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("forget the dates", "year"),
        ("any decade will do", "year"),
        ("nvm the colour", "colour"),
        ("money is no object", "price"),
        ("never mind who wrote it", "maker"),
        ("die Marke ist egal", "maker"),
        ("peu importe la couleur", "colour"),
        ("da igual el precio", "price"),
        ("il colore non importa", "colour"),
        ("tanto faz o ano", "year"),
        ("年代无所谓", "year"),
    ],
)
def test_a_part_is_given_up_by_any_word_for_it(text: str, part: str) -> None:
    assert gives_up(text)
    assert part in set(named_parts(flat(text)))


@pytest.mark.parametrize("text", ["don't forget the lid", "the price is important", "what is the price", "a blue one"])
def test_what_only_speaks_of_a_part_gives_nothing_up(text: str) -> None:
    assert not gives_up(text)


def test_what_would_do_after_all_is_no_more_refused_and_gives_up_nothing_else() -> None:
    assert is_permitted(flat("enamel is ok after all"))
    assert not is_given_up(flat("enamel is ok after all"))
    assert not is_permitted(flat("ok show me enamel"))


def test_everything_may_spare_what_was_asked_last() -> None:
    assert is_everything(flat("never mind anything else I said"))
    assert spares_newest(flat("show me all of those"))
    assert not spares_newest(flat("show me more"))


def test_words_that_name_nothing_belong_to_what_stands_before_them() -> None:
    text = "the lamp? dont care. a kettle, please"
    assert [text[start:end].strip() for start, end in pieces(text)] == ["the lamp? dont care.", "a kettle,", "please"]


def test_a_name_stands_in_the_place_of_another_unless_it_is_added() -> None:
    assert replaces("bexley instead")
    assert replaces("dann lieber bexley")
    assert not replaces("also bexley then")
    assert not replaces("bexley instead of ardo")


def test_words_for_a_part_speak_of_no_other() -> None:
    assert without_parts_named("who painted it").strip() == ""


def test_others_are_asked_for_by_a_word_of_any_language() -> None:
    assert others_end("ok other lamps") == len("ok other")
    assert others_end("andere lampen") == len("andere")
    assert others_end("another lamp") > 0
    assert others_end("the first lamp") == -1
