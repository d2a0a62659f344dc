"""Reading a turn of a conversation: criticism is taken out before the rest is read as a request."""

from __future__ import annotations

import pytest

from agent.dialogue.reader import TalkReader
from agent.evaluate.understanding import gold_vocabulary
from agent.understand import ParsedText, read
from agent.understand.rules import MOST_CHARS

SHOP = gold_vocabulary("shop")
MEASURED = {"price", "lightness", "year"}


def reading(text: str, *, shown: bool = True) -> tuple[ParsedText, TalkReader]:
    reader = TalkReader(MEASURED, shown=shown)
    return reader(text, SHOP), reader


@pytest.mark.parametrize(
    ("text", "critiques", "wishes", "filters"),
    [
        ("cheaper and in red", [("price", "<")], "", ["colour=red"]),
        ("a bit brighter, please", [("lightness", ">")], "", []),
        ("but with a shade", [], "with a shade", []),
        ("a warm lamp under 50 euros", [], "warm lamp", ["price<50"]),
        ("便宜一点的台灯", [("price", "<")], "台灯", []),
    ],
)
def test_criticism_conditions_and_wishes_are_told_apart(
    text: str, critiques: list[tuple[str, str]], wishes: str, filters: list[str]
) -> None:
    was, reader = reading(text)
    assert [(critique.axis, critique.op) for critique in reader.critiques] == critiques
    assert reader.wishes == wishes
    assert [str(must.filter) for must in was.must] == filters


def test_before_anything_is_shown_nothing_can_be_criticised() -> None:
    was, reader = reading("cheaper lamps", shown=False)
    assert was == read("cheaper lamps", SHOP)
    assert (reader.critiques, reader.wishes) == ([], "cheaper lamps")


def test_a_wall_of_text_is_a_request() -> None:
    _, reader = reading("too dark " * (MOST_CHARS // 8))
    assert reader.critiques == []


def test_the_item_that_criticism_is_of_is_known() -> None:
    _, reader = reading("the second is too dark")
    assert (reader.spoken_of, [critique.op for critique in reader.critiques]) == (2, [">"])


def test_what_is_pointed_at_and_thought_of_it_is_kept_though_it_is_cut_out() -> None:
    was, reader = reading("I love the second, but too dark, and cheaper than the third")
    assert [(sentiment.target, sentiment.liking) for sentiment in was.sentiments] == [(2, 1)]
    assert [(reference.target, reference.kind) for reference in was.references] == [(3, "compare")]
    assert [critique.axis for critique in reader.critiques] == ["lightness"]
    assert reader.wishes == ""


def test_a_value_that_is_to_stay_is_no_wish() -> None:
    _, reader = reading("the same material as the second")
    assert [(share.fields, share.target) for share in reader.shares] == [(("material",), 2)]
    assert reader.wishes == ""


def test_what_is_written_and_spoken_is_read_by_one_reader_and_said_once() -> None:
    reader = TalkReader(MEASURED, shown=True)
    for text in ("cheaper lamps", "cheaper lamps", "for reading"):
        reader(text, SHOP)
    assert len(reader.critiques) == 1
    assert reader.wishes == "lamps for reading"
