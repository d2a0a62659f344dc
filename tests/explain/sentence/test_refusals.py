"""Refusals in sentences: what is refused is told as it is, and never turned round."""

from __future__ import annotations

import pytest

from agent.answers import Request
from agent.explain.sentence import plans_of, realised
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.item_text import ReadItem
from agent.explain.sentence.planning import PlannedItem
from agent.explain.sentence.refusals import held, untold
from agent.understand.denials import HoldingTable
from agent.understand.parsed import Denied
from retrieval.catalog import infer_schema
from retrieval.channels.lexical import LexicalIndex, item_words
from retrieval.items import Item, Value
from tests.support.shelf import candidate

NUTS, HALAL, GLUTEN = Denied("nuts", "nut"), Denied("halal", "halal"), Denied("gluten", "gluten")


def said(item: Item, *denied: Denied, text: str = "lunch", language: str = "en") -> str:
    schema = infer_schema([item])
    table = HoldingTable([item], schema, LexicalIndex([item_words(item, schema)]))
    ground = CatalogGround(schema, "food", language, holding=table)
    demand = Demand.of(Request(text, "", language), (), ground, denied=denied)
    plans = plans_of([PlannedItem(candidate(item))], demand, ground)
    return realised(list(plans), demand.phrasing, "short")[0].text


def dish(description: str, **attributes: Value) -> Item:
    return Item("0", "Dish", description, attributes=attributes)


@pytest.mark.parametrize(
    ("item", "denied", "words"),
    [
        (
            dish("A sponge free of gluten and nuts."),
            (GLUTEN, NUTS),
            "free of gluten and nuts",
        ),
        (dish("Rice with greens.", halal=True), (HALAL,), "halal"),
        (dish("Rice with greens.", contains_nuts=False), (NUTS,), "without nuts"),
        (dish("Rice with greens.", free_from=("nuts",)), (NUTS,), "without nuts"),
        (dish("Rice with greens.", allergens=("egg", "soy")), (NUTS,), "its allergens name no nuts"),
        (dish("Rice with greens.", ingredients=("rice", "kale")), (NUTS,), "no nuts on its list"),
        (dish("Rice with greens."), (NUTS,), "it does not say whether it is free of nuts"),
        (dish("Rice with greens."), (HALAL, NUTS), "it does not say whether it is halal or free of nuts"),
        (dish("A soft brioche."), (GLUTEN,), "it does not say whether it is free of gluten"),
        (dish("Greens with walnuts."), (NUTS,), "though you wanted to avoid nuts"),
        (dish("Split peas with bacon."), (HALAL,), "so it is not halal"),
        (dish("Greens with a dressing.", ingredients=("kale", "walnuts")), (NUTS,), "but it contains walnuts"),
    ],
)
def test_what_is_refused_is_told_as_it_is(item: Item, denied: tuple[Denied, ...], words: str) -> None:
    assert words in said(item, *denied)


def test_what_an_item_is_free_of_is_never_told_as_there() -> None:
    text = said(dish("大米粉加红枣蒸成，不含花生和任何坚果。"), Denied("坚果", "nut"), language="zh")
    assert "不含花生和任何坚果" in text
    assert "含有" not in text


@pytest.mark.parametrize(
    ("attributes", "term", "words"),
    [
        ({"country": "France"}, "france", "but from France"),
        ({"category": "tour"}, "tour", "but it is a tour"),
        ({"colour": "white"}, "white", "but in white"),
        ({"explicit": True}, "swearing", "but with swearing"),
    ],
)
def test_what_is_held_is_told_by_what_it_is(attributes: dict[str, Value], term: str, words: str) -> None:
    attributes = dict(attributes)
    category = str(attributes.pop("category", "")) or None
    item = Item("0", "Thing", "Two hours of quiet.", category, attributes=attributes)
    assert words in said(item, Denied(term, term), text="something quiet")


def test_misses_cite_what_shows_them() -> None:
    item = dish("Greens with walnuts.")
    schema = infer_schema([item])
    table = HoldingTable([item], schema, LexicalIndex([item_words(item, schema)]))
    ground = CatalogGround(schema, "food", holding=table)
    demand = Demand.of(Request("lunch", "", "en"), (), ground, denied=(NUTS, HALAL))
    text = ReadItem(item, schema, "en")
    assert [(miss.kind, miss.text, miss.evidence[0].value) for miss in held(0, text, demand, ground)] == [
        ("contains", "walnuts", "walnuts")
    ]
    assert [(miss.kind, miss.wish) for miss in untold(0, text, demand, ground)] == [("unsaid", "halal")]
