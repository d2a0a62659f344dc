"""The vocabulary: what a catalog's fields and values are called, and how it grows with new items."""

from __future__ import annotations

import pytest

from agent.evaluate.understanding import gold_vocabulary
from agent.understand.tokens import flat
from agent.understand.vocabulary import MOST_VALUES, Vocabulary, name_goes_on
from retrieval.items import Item
from retrieval.schema import Field, Schema

SHOP = gold_vocabulary("shop")
SCHEMA = Schema([Field.of("title", "text"), Field.of("artist", "category"), Field.of("bluetooth", "boolean")])
POND = Item("1", "Pond", "A quiet pond.", attributes={"artist": "Claude Monet", "bluetooth": True})


def values(text: str, vocabulary: Vocabulary) -> list[tuple[str, ...]]:
    return [tuple(meaning.value for meaning in mention.meanings) for mention in vocabulary.find(flat(text))]


def test_the_longest_name_is_taken_where_several_begin() -> None:
    (mention,) = SHOP.find("in faux leather")
    assert [meaning.value for meaning in mention.meanings] == ["faux leather"]
    assert (mention.start, mention.end) == (3, len("in faux leather"))


@pytest.mark.parametrize("text", ["grey", "gray", "灰色", "greys"])
def test_a_value_is_found_by_every_word_that_says_the_same(text: str) -> None:
    assert values(text, SHOP) == [("grey",)]


def test_a_field_is_found_by_its_name_without_the_unit_in_it() -> None:
    (mention,) = SHOP.find("width")
    assert [field.name for field in mention.names] == ["width_cm"]


def test_fields_are_known_by_what_they_are_about_and_measure() -> None:
    assert [field.name for field in SHOP.of_role("rating", "price")] == ["price", "rating"]
    assert [field.name for field in SHOP.of_dimension("length")] == ["width_cm", "height_cm"]
    assert next(iter(SHOP.of_role("price"))).currency == "EUR"


def test_a_part_of_a_name_is_no_exact_meaning() -> None:
    vocabulary = Vocabulary.build(SCHEMA, [POND])
    (part,), (whole,) = vocabulary.find("by monet"), vocabulary.find("by claude monet")
    assert [(meaning.value, meaning.exact) for meaning in part.meanings] == [("Claude Monet", False)]
    assert [(meaning.value, meaning.exact) for meaning in whole.meanings] == [("Claude Monet", True)]


def test_a_field_of_very_many_values_names_nothing() -> None:
    schema = Schema([Field.of("serial", "category")])
    items = [Item(str(at), "Thing", attributes={"serial": f"serial{at}"}) for at in range(MOST_VALUES + 1)]
    assert values("serial7", Vocabulary.build(schema, items[:100])) == [("serial7",)]
    assert values("serial7", Vocabulary.build(schema, items)) == []


def test_items_that_call_nothing_by_a_new_name_need_no_new_vocabulary() -> None:
    vocabulary = Vocabulary.build(SCHEMA, [POND])
    grown = vocabulary.after(SCHEMA, [Item("2", "Bridge", attributes={"artist": "Claude Monet", "bluetooth": False})])
    assert grown is not None
    assert values("by monet", grown) == values("by monet", vocabulary) == [("Claude Monet",)]


@pytest.mark.parametrize(
    "item",
    [
        Item("2", "Dancers", attributes={"artist": "Edgar Degas", "bluetooth": True}),  # a new name
        Item("2", "Pond", "There once was a monet.", attributes={"bluetooth": True}),  # an ordinary word by now
        Item("2", "Pond"),  # of too few the yes-or-no field is known
    ],
)
def test_items_that_change_what_words_mean_have_it_made_anew(item: Item) -> None:
    assert Vocabulary.build(SCHEMA, [POND]).after(SCHEMA, [item]) is None


def test_a_vocabulary_of_a_schema_alone_cannot_grow() -> None:
    assert Vocabulary(SCHEMA, {}).after(SCHEMA, []) is None


def test_another_use_of_a_field_has_it_made_anew() -> None:
    other = Schema([*SCHEMA.fields.values(), Field.of("year", "integer")])
    assert Vocabulary.build(SCHEMA, [POND]).after(other, []) is None


ARTISTS = Vocabulary.build(
    SCHEMA,
    [
        Item("1", "A Meadow at Noon", "A meadow with poppies.", attributes={"artist": "Thomas Ardo"}),
        Item("2", "Orchards", "", attributes={"artist": "Jane Smith"}),
    ],
)


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("popies", "poppies"),
        ("orchrads", "orchards"),
        ("meadows", "meadows"),
        ("desert", "desert"),
        ("lake", "lake"),
        ("popies at nonn", "poppies at nonn"),
    ],
)
def test_what_is_refused_is_spelled_as_the_catalog_writes_it(word: str, right: str) -> None:
    assert ARTISTS.denied_name(word) == right


@pytest.mark.parametrize("word", ["smth", "plss", "obvs"])
def test_words_of_chat_are_no_slip_of_a_name(word: str) -> None:
    assert ARTISTS.find(word) == []
    assert ARTISTS.find("smiht") != []


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("anything by Ardo", False),
        ("by Ardo of course", False),
        ("Ardo of the Meadows", False),
        ("Ardo of Noonshire, have you that", True),
        ("ardo of noonshire", True),
        ("Ardo vs. Bexley", True),
        ("Ardo Bexley then", True),
        ("Ardo Thomas", False),
        ("ARDO BEXLEY", False),
    ],
)
def test_a_part_of_a_name_that_goes_on_is_another_name(text: str, goes_on: bool) -> None:
    mention = next(mention for mention in ARTISTS.find(flat(text)) if mention.meanings)
    assert name_goes_on(text, mention) is goes_on
