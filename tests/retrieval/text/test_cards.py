from __future__ import annotations

import pytest

from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.text.cards import card, searchable_text

ITEM = Item(
    id="7",
    title="Blue vase",
    description="Made for the court.\nIt held flowers.",
    category="Vases",
    price=1200.0,
    attributes={
        "made_of": ("clay", "glaze"),
        "height": 31.5,
        "image_url": "https://example.org/7.jpg",
        "buyer": "a secret",
        "history": "word " * 40,
        "unknown": "not in the schema",
    },
)
SCHEMA = Schema(
    [
        Field.of("category", "category"),
        Field("price", "number", True, False, unit="EUR"),
        Field.of("made_of", "list"),
        Field("height", "number", True, False, unit="cm"),
        Field("image_url", "text", False, False),
        Field("buyer", "category", True, True, hidden=True),
        Field.of("history", "text"),
    ]
)


def test_card_says_the_title_then_short_facts_with_units_then_the_description() -> None:
    assert card(ITEM, SCHEMA, 400) == (
        "Blue vase\ncategory: Vases\nprice: 1200 EUR\nmade of: clay, glaze\nheight: 31.5 cm\n"
        "Made for the court. It held flowers."
    )


def test_searchable_text_leaves_out_numbers_addresses_and_what_is_hidden() -> None:
    assert searchable_text(ITEM, SCHEMA) == (
        "Blue vase\nVases\nmade of: clay, glaze\nMade for the court.\nIt held flowers.\n" + ("word " * 40).strip()
    )


@pytest.mark.parametrize("name", ["title", "description", "category"])
def test_hidden_built_in_field_is_not_searched(name: str) -> None:
    hidden = Schema([Field(name, "text", False, True, hidden=True)])
    assert str(ITEM.value(name)) not in searchable_text(ITEM, hidden)


@pytest.mark.parametrize("name", ["title", "description", "category", "price", "made_of"])
def test_hidden_field_is_not_on_the_card(name: str) -> None:
    others = [field for field in SCHEMA.fields.values() if field.name != name]
    text = card(ITEM, Schema([*others, Field(name, "text", True, True, hidden=True)]), 400)
    values = {"title": "Blue vase", "description": "court", "category": "Vases", "price": "1200", "made_of": "glaze"}
    assert [value for hidden, value in values.items() if value not in text] == [values[name]]


@pytest.mark.parametrize("limit", [0, 1, 3, 10, 40, 80, 120, 1000])
def test_card_keeps_its_length(limit: int) -> None:
    assert len(card(ITEM, SCHEMA, limit)) <= limit


def test_long_description_is_cut_at_a_word() -> None:
    assert card(ITEM, Schema([]), 46) == "Blue vase\nprice: 1200\nMade for the court. …"


def test_facts_leave_half_of_the_card_to_the_description() -> None:
    attributes = {f"field{number}": "value" for number in range(50)}
    schema = Schema([Field.of(name, "category") for name in attributes])
    text = card(Item("1", "T", "word " * 100, attributes=attributes), schema, 200)
    assert text.count("field") == 7
    assert len(text) > 180


def test_many_facts_do_not_push_the_description_out_of_a_short_window() -> None:
    attributes = {f"field{number:02}": "some value" for number in range(50)}
    schema = Schema([Field.of(name, "category") for name in attributes])
    text = searchable_text(Item("1", "T", "The description.", attributes=attributes), schema)
    assert text.index("The description.") < 500
    assert text.index("field49") > text.index("The description.")
