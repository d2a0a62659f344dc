"""What a catalog calls its kinds."""

from __future__ import annotations

import pytest

from agent.understand.kinds.census import Census, title_head
from retrieval.items import Item
from retrieval.schema import Field, Schema
from tests.understand.kinds.catalogs import films, recipes, shop


@pytest.mark.parametrize(
    ("title", "language", "kind"),
    [
        ("Wanderer Black Hiking Boots", "en", "hiking boot"),
        ("Cable for printers", "en", "cable"),
        ("HP Officejet K5 inkjet printer Colour 4800 DPI", "en", "inkjet printer"),
        ("Mouse pad, black", "en", "mouse pad"),
        ("Botas impermeables negras", "es", "boot"),
        ("男士登山靴", "zh", "boot"),
        ("OKI printer ribbon", "en", None),
        ("4800 x 1200", "en", None),
    ],
)
def test_what_a_title_calls_its_item(title: str, language: str, kind: str | None) -> None:
    head = title_head(title, language)
    assert (head.kind if head else None) == kind


def test_titles_of_goods_and_dishes_tell_kinds_and_those_of_films_do_not() -> None:
    assert shop().census.told
    assert recipes().census.told
    assert not films().census.told
    assert films().census.world is not None


def test_a_field_tells_kinds_where_titles_bear_names() -> None:
    schema = Schema([Field.of("category", "category")])
    named = {"Rain Shell": "jackets", "Dome Two": "tents", "River": "boots", "Cosy Twenty": "sleeping bags"}
    items = [Item(title, title, category=kind) for title, kind in named.items()]
    assert Census.of(items, schema).told


def test_a_field_that_tells_no_kinds_is_not_asked_for_them() -> None:
    schema = Schema([Field.of("type", "category")])
    items = [Item(str(at), "Black toner", attributes={"type": "original"}) for at in range(5)]
    assert not Census.of(items, schema).fields


def test_a_catalog_without_items() -> None:
    census = Census.of([], Schema([]))
    assert not census.told
    assert not census.heads


def instruments() -> list[Item]:
    """A shop whose titles are names, and whose descriptions are German."""
    titles = (
        ("Konzertgitarre Alba 4/4", "Mit Fichtendecke und Nylonsaiten, für Anfänger."),
        ("Westerngitarre Nord D-10", "Mit Stahlsaiten und kräftigem Klang."),
        ("Ukulele Sopran Koa", "Aus Koa, hell im Klang, mit Tasche."),
        ("Ukulele Tenor Mahagoni", "Aus Mahagoni, warmer Klang."),
        ("Sopranblockflöte Ahorn", "Blockflöte aus Ahorn, für die Schule."),
        ("Querflöte Silber", "Versilbert, mit Koffer."),
        ("Keyboard PK-61", "Mit 61 Tasten und Lernfunktion."),
        ("Cajon Birke", "Aus Birke mit Snare-Teppich."),
    )
    return [Item(str(at), title, text) for at, (title, text) in enumerate(titles)]


def test_descriptions_tell_the_language_where_titles_are_names_and_borrowed_names_count() -> None:
    census = Census.of(instruments(), Schema([]))
    assert census.language == "de"
    assert census.told
    assert [head.kind if head else None for head in census.heads[2:7]] == [
        "ukulele",
        "ukulele",
        "flute",
        "flute",
        "keyboard",
    ]


def test_the_commonest_kinds_are_called_as_the_catalog_calls_them() -> None:
    assert Census.of(instruments(), Schema([])).commonest(2) == [("Gitarre", 2), ("Ukulele", 2)]
    assert Census.of(instruments()[6:], Schema([])).commonest(5) == []  # each is of another kind
