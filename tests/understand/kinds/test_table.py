"""Which items of a catalog are of a kind."""

from __future__ import annotations

import pytest

from agent.understand.kinds import KindTable
from tests.understand.kinds.catalogs import FILMS, RECIPES, SHOP, films, recipes, shop


def titles(table: KindTable, wish: str, language: str = "en") -> tuple[str, list[str]]:
    names = {14: SHOP, 7: RECIPES, 8: FILMS}[len(table.census.heads)]
    kind = table.find(wish, language)
    assert kind is not None
    match = table.rows(kind, language)
    return match.level, [names[row][0] for row in match.rows]


@pytest.mark.parametrize(
    ("wish", "level", "first"),
    [
        ("tents", "category", ["Larch 2-Person Tent", "Storm Dome Tent"]),
        ("boots", "title", ["Ridge Hiking Boots"]),
        ("footwear", "category", ["Ridge Hiking Boots", "Path Hiking Shoes"]),
        ("rucksack", "title", ["Quarry 40 Backpack"]),
        ("head torch", "title", ["Lantern Headlamp"]),
        ("parka", "title", ["Harbour Anorak"]),
        ("jackets", "category", ["Drizzle Rain Jacket", "Fell Down Jacket", "Harbour Anorak"]),
        ("sleeping bag", "none", []),
        ("wedding dress", "none", []),
        ("tent pegs", "none", []),
        ("a red sofa", "none", []),
        ("zxcv", "none", []),
        ("a car", "text", []),
    ],
)
def test_items_of_a_kind(wish: str, level: str, first: list[str]) -> None:
    assert titles(shop(), wish) == (level, first)


def test_a_word_of_a_title_that_means_another_thing_does_not_win() -> None:
    assert "Boot Polish" not in titles(shop(), "boots")[1]
    assert titles(films(), "war movie") == ("category", ["Paths of Glory"])
    assert titles(recipes(), "hiking boots") == ("none", [])
    assert films().find("for kids", "en") is None


def test_a_wider_kind_stands_in_for_one_that_describes_it_and_says_so() -> None:
    table = shop()
    rain = table.find("rain jacket", "en")
    assert rain is not None
    assert table.rows(rain).exact
    touring = table.find("duffel bag", "en")
    dry = table.find("dry bag", "en")
    assert touring is not None
    assert dry is not None
    assert table.rows(touring).exact
    assert not table.rows(dry).exact
    assert table.rows(dry).grades.max() == pytest.approx(0.7)


def test_all_films_are_films_and_subjects_are_no_kinds() -> None:
    assert len(titles(films(), "a film about boats")[1]) == len(FILMS)
    assert films().find("boats on a river", "en") is None
    assert titles(films(), "一部喜剧", "zh") == ("category", ["The Apartment"])


def test_tags_and_titles_of_dishes_both_tell() -> None:
    assert titles(recipes(), "soup")[1] == ["Tomato Lentil Soup", "Modern Borscht"]
    assert titles(recipes(), "borscht")[1] == ["Modern Borscht"]
    assert titles(recipes(), "quick dinner")[1] == [
        "Chickpea Curry",
        "Chicken Noodles",
        "Mushroom Pasta",
        "Beef Wellington",
    ]


def test_grades_are_one_for_each_item() -> None:
    table = shop()
    kind = table.find("boots", "en")
    assert kind is not None
    grades = table.rows(kind).grades
    assert grades.shape == (len(SHOP),)
    assert grades.min() >= 0
    assert grades.max() <= 1
