"""The text of an item that is searched: its own words, what was perceived, and nothing hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.items import Description, Item, Span
from retrieval.schema import BUILT_IN_TYPES, Field, Schema
from retrieval.text.item_text import dense_texts, heard_texts, item_passages, lexical_counts, lexical_text

SCHEMA = Schema([*(Field.of(name, type_) for name, type_ in BUILT_IN_TYPES.items()), Field.of("maker", "category")])
ITEM = Item(
    "7",
    "Boats",
    "First. Second. Third. Fourth.",
    "Paintings",
    attributes={"maker": "Ancher", "unknown": "never seen"},
    descriptions=(
        Description(
            "a",
            "image",
            "m",
            "1",
            "whole text",
            (Span("label", "shows boat"), Span("text", "ANNO 1874"), Span("caption", "A boat.")),
        ),
        Description("b", "audio", "m", "1", "A song of the sea.", (Span("speech", "Ein Lied"),), "Ein Lied", "de"),
    ),
)


def test_words_of_all_searchable_fields_count_and_the_title_twice() -> None:
    lines = [line for line in lexical_text(ITEM, SCHEMA).split("\n") if line]
    assert lines[:4] == ["Boats", "Paintings", "First. Second. Third. Fourth.", "Ancher"]
    assert lexical_counts(ITEM, SCHEMA)["boat"] == 2 + 1
    assert lines[4:] == ["ANNO 1874", "A boat.", "Ein Lied", "A song of the sea."]


def test_guesses_about_pictures_are_no_words_of_the_item() -> None:
    assert all("shows boat" not in text for text in [lexical_text(ITEM, SCHEMA), *dense_texts(ITEM, SCHEMA)])


def test_passages_are_the_title_and_the_first_sentences() -> None:
    assert item_passages(ITEM, SCHEMA, 4) == ["Boats", "First.", "Second.", "Third."]
    assert item_passages(replace(ITEM, description=""), SCHEMA, 3) == ["Boats", "ANNO 1874", "A boat."]


@pytest.mark.parametrize("name", ["title", "description", "category", "maker"])
def test_what_is_hidden_or_not_searchable_is_in_no_searched_text(name: str) -> None:
    value = str(ITEM.value(name))
    for change in ({"hidden": True}, {"searchable": False}):
        schema = Schema(replace(field, **change) if field.name == name else field for field in SCHEMA.fields.values())
        texts = [lexical_text(ITEM, schema), *dense_texts(ITEM, schema), *item_passages(ITEM, schema, 9)]
        assert all(value not in text for text in texts)


def test_an_item_without_any_text_has_nothing_to_search() -> None:
    schema = Schema([Field("title", "text", filterable=False, searchable=True, hidden=True)])
    assert dense_texts(Item("42", "Hidden"), schema) == item_passages(Item("42", "Hidden"), schema, 4) == []
    assert item_passages(Item("42", "42", untitled=True), SCHEMA, 4) == []  # the id stands in for a title


def test_what_is_heard_is_searched_by_itself_in_english() -> None:
    said = Description("a", "audio", "w", "1", "Someone says: A boat.", (Span("speech", "Ein Boot."),), language="de")
    film = Description("b", "video", "w", "1", "A video of 3 s.", (Span("label", "a dog"), Span("speech", "Good dog.")))
    rain = Description("c", "audio", "w", "1", "A sound without speech; it is soft.", (Span("label", "soft"),))
    photo = Description("d", "image", "w", "1", "Mostly blue.", (Span("colour", "blue"),))
    found = heard_texts(Item("1", "x", descriptions=(said, film, rain, photo)))
    assert found == ["Someone says: A boat.", "Good dog.", "A sound without speech; it is soft."]


def test_a_title_that_equals_the_id_is_searched_and_one_made_from_it_is_not() -> None:
    given, made = Item("basil", "basil"), Item("basil", "basil", untitled=True)
    assert (lexical_text(given, SCHEMA).split(), lexical_text(made, SCHEMA).split()) == (["basil"], [])
    assert (dense_texts(given, SCHEMA), dense_texts(made, SCHEMA)) == (["basil"], [])
