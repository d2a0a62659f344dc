"""Measures: numbers that tell items apart where criticism speaks of more and less."""

from __future__ import annotations

import numpy as np
import pytest

from agent.config import AgentConfig
from agent.understand import Vocabulary
from agent.understand.measures import LIKE_ITEM, QUALITY, Measures
from retrieval.items import Description, Item, Span
from retrieval.schema import Field, Schema
from tests.support.shelf import SCHEMA, WordEncoder, snapshot, units, word_models

SIZED = Schema(
    [*SCHEMA.fields.values(), Field.of("year", "integer"), Field.of("made", "integer"), Field.of("size", "text")]
)
WORDS = WordEncoder()


def pictured(*colours: tuple[str, float]) -> tuple[Description, ...]:
    spans = tuple(Span("colour", name, share) for name, share in colours)
    return (Description("p", "image", "toy", "1", "", spans),)


def measures_of(items: list[Item], schema: Schema = SIZED) -> Measures:
    vectors = {"text": WORDS.encode([item.title for item in items])}
    return Measures(
        snapshot(items, vectors, schema), Vocabulary.build(schema, items), word_models(AgentConfig(llm="none"))
    )


def test_an_axis_is_measured_by_the_field_that_most_items_tell() -> None:
    items = [Item(str(at), "Vase", price=1.0, attributes={"year": 1900 + at} if at else {"made": 1}) for at in range(4)]
    axes = measures_of(items).axes
    assert (axes["price"], axes["year"]) == ("price", "year")
    assert "weight" not in axes


def test_a_field_is_told_from_a_measure_of_ours() -> None:
    measures = measures_of([Item("1", "Vase", price=1.0, attributes={"size": "(10 x 20 cm)"})])
    assert measures.is_field("price")
    assert not measures.is_field("size")
    assert measures.axes["size"] == "size"


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("28 3/4 x 36 3/8 in. (73 x 92.4 cm)", 73 * 92.4),
        ("20 × 30 mm", 6.0),
        ("1 x 2 m", 20_000.0),
        ("10 x 20 x 30 cm", 200.0),
        ("large", np.nan),
    ],
)
def test_a_size_in_words_is_an_area(text: str, area: float) -> None:
    measures = measures_of(
        [Item("1", "Vase", attributes={"size": "1 x 1 cm"}), Item("2", "Vase", attributes={"size": text})]
    )
    np.testing.assert_allclose(measures.of("size"), [1.0, area])


def test_the_colours_of_pictures_tell_how_light_and_how_colourful_items_are() -> None:
    items = [
        Item("dark", "Vase", descriptions=pictured(("black", 0.9), ("white", 0.1))),
        Item("light", "Vase", descriptions=pictured(("black", 0.1), ("white", 0.9))),
        Item("vivid", "Vase", descriptions=pictured(("red", 1.0))),
        Item("unseen", "Vase"),
    ]
    measures = measures_of(items)
    dark, light, vivid, unseen = measures.of("lightness")
    assert dark < vivid < light
    assert np.isnan(unseen)
    assert np.nanargmax(measures.of("colour")) == 2


def test_what_few_items_tell_is_no_measure_of_the_catalog() -> None:
    items = [Item(str(at), "Vase", attributes={"size": "(1 x 1 cm)"} if at == 0 else {}) for at in range(10)]
    assert "size" not in measures_of(items).axes


def test_beyond_a_value_lie_the_items_with_more_or_less_and_none_that_do_not_tell() -> None:
    measures = measures_of([Item("1", "A", price=1.0), Item("2", "B", price=2.0), Item("3", "C")])
    assert measures.beyond("price", ">", 1.0).tolist() == [1]
    assert measures.beyond("price", "<", 2.0).tolist() == [0]


def test_a_quality_is_the_likeness_to_its_words() -> None:
    measures = measures_of([Item("1", "Red boat"), Item("2", "Blue chair")])
    assert measures.of(f"{QUALITY}blue").argmax() == 1


def test_without_vectors_no_item_tells_a_quality() -> None:
    items = [Item("1", "Red boat")]
    measures = Measures(snapshot(items), Vocabulary.build(SCHEMA, items), word_models(AgentConfig(llm="none")))
    assert np.isnan(measures.of(f"{QUALITY}blue")).all()


def test_an_item_is_most_like_itself() -> None:
    items = [Item(str(at), "Vase") for at in range(5)]
    shelf = snapshot(items, {"text": units(5, WordEncoder.dim)})
    measures = Measures(shelf, Vocabulary.build(SCHEMA, items), word_models(AgentConfig(llm="none")))
    assert measures.of(f"{LIKE_ITEM}3").argmax() == 3


def test_measures_are_called_by_what_people_say() -> None:
    measures = measures_of([Item("1", "Red boat", price=1.0, attributes={"size": "(1 x 1 cm)"})])
    assert measures.called("price") == "price"
    assert measures.called(f"{QUALITY}calm") == "nearness to calm"
    assert measures.called(f"{LIKE_ITEM}1") == "like “Red boat”"
    assert measures.called("size") == "size"
