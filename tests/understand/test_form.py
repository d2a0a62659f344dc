"""Reading by a language model: its word counts only where the catalog and the request bear it out."""

from __future__ import annotations

import json

import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.evaluate.understanding import gold_vocabulary, sample, understanding_figures
from agent.understand import read
from agent.understand.form import ModelReader

SHOP = gold_vocabulary("shop")
FILMS = gold_vocabulary("films")


def filled(*conditions: tuple[str, str, str, list[str]]) -> str:
    rows = [{"words": w, "field": f, "op": o, "values": v} for w, f, o, v in conditions]
    return json.dumps({"must": rows}, ensure_ascii=False)


def filters(text: str, *conditions: tuple[str, str, str, list[str]]) -> list[str]:
    return [str(reading.filter) for reading in ModelReader(ScriptedChat([filled(*conditions)]))(text, SHOP).must]


def test_what_a_model_fills_in_becomes_filters_in_the_catalogs_own_words() -> None:
    assert filters(
        "a chair in gray under 50 euros, no leather",
        ("in gray", "colour", "=", ["gray"]),
        ("under 50 euros", "price", "<", ["50"]),
        ("no leather", "material", "not", ["leather"]),
    ) == ["colour=grey", "price<50", "material!=leather"]


@pytest.mark.parametrize(
    "condition",
    [
        ("under 50", "price", "<", ["500"]),  # a number that nobody said
        ("in mauve", "colour", "=", ["mauve"]),  # a value that no item has
        ("a chair", "colour", "=", ["red"]),  # a value that nobody named
        ("under 50 cm", "weight_kg", "<", ["50 cm"]),  # a length is no weight
        ("in gray", "colour", "<", ["gray"]),  # an operator that the field does not have
        ("under 50", "price", "<", ["cheap"]),
        ("under 50", "memory_gb", "<", ["50"]),  # nothing says that it is memory
    ],
)
def test_what_the_catalog_or_the_request_does_not_bear_out_is_dropped(
    condition: tuple[str, str, str, list[str]],
) -> None:
    assert filters("a chair in gray, under 50 cm, under 50", condition) == []


@pytest.mark.parametrize(
    ("text", "words", "field", "op", "value", "conditions"),
    [
        ("a reading lamp, 60 or less", "a reading lamp", "category", "=", "Lamps", []),
        ("a gray chair", "gray", "colour", "=", "gray", []),
        ("a chair in gray", "gray", "colour", "=", "gray", ["colour=grey"]),
        ("a chair, no leather", "leather", "material", "not", "leather", ["material!=leather"]),
        ("a chair made of oak", "made of oak", "material", "=", "oak", ["material=oak"]),
    ],
)
def test_what_is_only_wished_for_is_no_condition_whatever_the_model_says(
    text: str, words: str, field: str, op: str, value: str, conditions: list[str]
) -> None:
    assert filters(text, (words, field, op, [value])) == conditions


def test_units_are_converted_as_in_the_rules() -> None:
    assert filters("at most 1.2 m wide", ("at most 1.2 m wide", "width_cm", "<=", ["1.2 m"])) == ["width_cm<=120"]


def test_the_model_is_told_the_fields_and_held_to_their_names() -> None:
    model = ScriptedChat([filled()])
    ModelReader(model)("a thriller", FILMS)
    (call,) = model.calls
    assert "director (Agnès Varda, Akira Kurosawa" in call.chats[0][-1].text
    assert "Request: a thriller" in call.chats[0][-1].text
    assert "black_and_white" in json.dumps(call.options.json_schema)


def test_where_the_form_is_not_filled_in_the_rules_read_and_the_answer_says_so() -> None:
    was = ModelReader(ScriptedChat(["I think you want a chair."]))("a chair under 50 euros", SHOP)
    assert [str(reading.filter) for reading in was.must] == ["price<50"]
    assert was.notes[0].startswith("The request was read by rules alone.")


def test_wishes_and_references_are_read_as_by_the_rules() -> None:
    text = "like the second one but under 40 euros"
    was = ModelReader(ScriptedChat([filled(("under 40 euros", "price", "<", ["40"]))]))(text, SHOP)
    assert was.references == read(text, SHOP).references
    assert "40" not in was.wishes


def test_a_model_is_measured_on_the_same_requests_as_the_rules() -> None:
    silent = ScriptedChat(lambda chat: filled())
    figures = understanding_figures(silent, sample(30))
    assert [(row.language, row.half, row.n) for row in figures.rules] == [
        (row.language, row.half, row.n) for row in figures.model
    ]
    for row, whole in zip(figures.agreement, [figure for figure in figures.rules if figure.half == "all"], strict=True):
        assert row.both + row.rules_only == round(whole.right * row.n)
        assert row.both + row.rules_only + row.model_only + row.neither == row.n == 30
        assert row.rules_only > row.model_only
        assert row.agreed >= row.both


def test_a_sample_is_drawn_the_same_way_for_the_same_seed() -> None:
    assert sample(5) == sample(5) != sample(5, seed=1)
    assert [request.language for request in sample(2)] == ["en", "en", "zh", "zh"]
