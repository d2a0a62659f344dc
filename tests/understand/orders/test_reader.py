"""Orders as people ask for them, in the words of many languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.orders.reader import order_of
from agent.understand.vocabulary import Vocabulary
from retrieval.schema import Field, Schema

NAMES = ("price", "rating", "year", "weight", "height", "servings")
BAZAAR = Vocabulary.build(Schema([Field.of("title", "text"), *(Field.of(name, "number") for name in NAMES)]))
EMPTY = Vocabulary.build(Schema([Field.of("title", "text")]))


def read(text: str, vocabulary: Vocabulary = BAZAAR) -> str | None:
    order = order_of(text, vocabulary)
    return None if order is None else f"{order.field} {order.direction} {order.scope}"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("the cheapest clock", "price asc kind"),
        ("which of them costs the least expensive?", "price asc shown"),
        ("whats the dearest one", "price desc shown"),
        ("most expensive thing in the shop", "price desc all"),
        ("cheapest clock you have", "price asc kind"),
        ("tallest lamp", "height desc kind"),
        ("cakes with the most servings", "servings desc kind"),
        ("sort them by weight", "weight asc shown"),
        ("clocks by rating, highest first", "rating desc kind"),
        ("lamps ordered by year, oldest first", "year asc kind"),
        ("nothing too expensive but not too cheap either", "price mid kind"),
        ("a mid-price clock", "price mid kind"),
        ("pick the chepest clock", "price asc kind"),
        ("最贵的钟", "price desc kind"),
        ("这几个里哪个评分最高", "rating desc shown"),
        ("die billigste Uhr", "price asc kind"),
        ("l'horloge la mieux notée", "rating desc kind"),
        ("el reloj más caro", "price desc kind"),
        ("l'orologio più economico", "price asc kind"),
        ("o relógio mais barato", "price asc kind"),
        ("het goedkoopste horloge", "price asc kind"),
        ("najdroższy zegar", "price desc kind"),
        ("самые новые часы", "year desc kind"),
        ("en pahalı saat", "price desc kind"),
        ("一番古い時計", "year asc kind"),
        ("가장 가벼운 시계", "weight asc kind"),
        ("أحدث ساعة", "year desc kind"),
        ("นาฬิกาที่แพงที่สุด", "price desc kind"),
    ],
)
def test_a_superlative_is_an_order(text: str, order: str) -> None:
    assert read(text) == order


@pytest.mark.parametrize(
    "text",
    [
        "not the cheapest clock", "it needn't be the newest, doesn't have to be the cheapest", "at least 3 hands",
        "most of all I want it quiet", "the best clock for a kitchen", "a clock for my oldest aunt", "a cheaper clock",
        "The Longest Journey Home", "a clock for the smallest room", "un reloj más barato", "une horloge moins chère",
        "最好带闹钟", "最近很忙", "", "???",
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "count", "place"),
    [
        ("top 3 cheapest clocks", 3, 1), ("the five newest clocks", 5, 1), ("the second cheapest clock", None, 2),
        ("cheapest 2 person tent", None, 1), ("最便宜的三个", 3, 1), ("cheapest", None, 1),
    ],
)  # fmt: skip
def test_how_many_are_asked_for_and_which(text: str, count: int | None, place: int) -> None:
    order = order_of(text, BAZAAR)
    assert order is not None
    assert (order.count, order.place) == (count, place)


def test_where_no_field_tells_it_the_order_has_none() -> None:
    order = order_of("the warmest scarf", BAZAAR)
    assert order is not None
    assert order.field is None
    assert order.note is not None
    assert read("cheapest clock", EMPTY) == "None asc kind"


def test_the_words_are_those_of_the_text_though_a_slip_was_mended() -> None:
    text = "please, the CHEPEST clock"
    order = order_of(text, BAZAAR)
    assert order is not None
    assert order.words == text[order.start : order.end] == "CHEPEST"


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    order = order_of(text, BAZAAR)
    assert order is None or 0 <= order.start < order.end <= len(text)
