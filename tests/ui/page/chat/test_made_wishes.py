"""Wishes made from a catalog: words that several items meet, in the reader's language, and no titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from retrieval.items import Description, Item, Media, Span
from retrieval.schema import Field, Schema
from retrieval.snapshot import Snapshot
from tests.support.shelf import snapshot
from ui.page.chat.goods import goods
from ui.page.chat.made_wishes import made_wishes
from ui.page.shared.reader import Reader
from ui.page.shared.words import Words
from ui.shop.settings import ShopSettings

ENGLISH, CHINESE = Reader(Words("en")), Reader(Words("zh"))
COLOURS = ("blue", "blue", "red")


def thing(at: int, kind: str, price: float | None = None, **attributes: Any) -> Item:
    return Item(f"{kind}-{at}", f"The {kind} number {at}", category=kind, price=price, attributes=attributes)


def held(items: Sequence[Item]) -> Snapshot:
    fields = (Field.of("colour", "category"), Field.of("genres", "list"), Field.of("price", "number"))
    return replace(snapshot(items), schema=Schema(fields))


def shop() -> list[Item]:
    return [
        thing(at, kind, price=20.0 + 7 * at, colour=COLOURS[at % 3])
        for kind in ("Jackets", "Tents", "Fly fishing")
        for at in range(6)
    ]


def test_wishes_are_in_words_of_colour_kind_and_price() -> None:
    assert made_wishes(held(shop()), ENGLISH) == [
        "something in blue under 40",
        "jackets in blue",
        "tents under 40",
        "something for Fly fishing",
    ]


def test_they_are_in_the_readers_language_and_prices_are_the_shops() -> None:
    euros = replace(CHINESE, shop=ShopSettings(prices="1.299,00 €"))
    assert made_wishes(held(shop()), euros) == [
        "40 €以下、蓝色的东西",
        "蓝色的夹克",
        "40 €以下的帐篷",
        "适合Fly fishing的东西",
    ]


@pytest.mark.parametrize("reader", [ENGLISH, CHINESE])
def test_no_wish_is_a_title_and_each_is_met_by_several(reader: Reader) -> None:
    items = shop()
    made = made_wishes(held(items), reader)
    assert not {item.title for item in items} & set(made)


def test_a_catalog_without_prices_and_colours_is_asked_by_what_it_holds() -> None:
    films = [
        Item(str(at), f"Film {at}", attributes={"genres": ("drama", "comedy")[: 1 + at % 2], "year": 1990 + at})
        for at in range(8)
    ]
    assert made_wishes(held(films), ENGLISH) == ["something with drama", "something with comedy"]
    assert made_wishes(held([]), ENGLISH) == []


def test_colours_of_pictures_do_where_no_field_tells_any_but_not_that_of_the_ground() -> None:
    spans = (Span("colour", "white", 0.6), Span("colour", "red", 0.3))
    seen = Description("0" * 64, "image", "eyes", "1", "White and red.", spans)
    items = [Item(str(at), f"Thing {at}", price=30.0 + at, descriptions=(seen,)) for at in range(4)]
    assert made_wishes(held(items), ENGLISH) == ["something in red under 40"]


def pictured(id: str, category: str | None, title: str = "", problem: str | None = None) -> Item:
    return Item(id, title or f"Thing {id}", category=category, media=(Media("image", "/x", "x.jpg", problem),))


def test_goods_are_of_all_kinds_with_pictures_and_none_twice() -> None:
    items = [pictured(f"lamp-{at}", "Lamps") for at in range(20)]
    items += [pictured("vase", "Vases"), pictured("bowl", "Bowls"), pictured("broken", "Chairs", problem="torn")]
    items += [pictured("bowl-2", "Bowls", title="Thing bowl"), Item("plain", "No picture", category="Tables")]
    chosen = goods(snapshot(items))
    assert len(chosen) == 8
    assert {item.category for item in chosen} == {"Lamps", "Vases", "Bowls"}
    assert {item.category for item in chosen[:3]} == {"Lamps", "Vases", "Bowls"}
    assert len({item.title for item in chosen}) == 8
    assert goods(snapshot([Item("plain", "No picture")])) == []
