"""Amounts: figures that are wished for are read, compared with what an item says, and told met, broken or silent."""

from __future__ import annotations

import pytest

from agent.answers import Request
from agent.explain.sentence import PlannedItem, plans_of, realised
from agent.explain.sentence.amount_wishes import amount_wishes, spent_words
from agent.explain.sentence.amounts import amount_answers, amount_misses, amount_points, settled_pointers
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.figures import figures
from agent.explain.sentence.item_figures import item_figures, text_figures
from agent.explain.sentence.item_text import ReadItem
from retrieval.filters import parse_filter
from retrieval.items import Item
from retrieval.schema import Field, Schema
from tests.support.shelf import candidate

SCHEMA = Schema(
    [
        Field.of("title", "text"),
        Field.of("description", "text"),
        Field.of("price", "number"),
        Field.of("players", "category"),
        Field.of("age", "category"),
        Field.of("duration", "category"),
        Field.of("time_min", "integer"),
        Field.of("width_cm", "integer"),
        Field.of("ascent", "category"),
        Field.of("bpm", "integer"),
        Field.of("capacity", "integer"),
        Field.of("servings", "integer"),
        Field.of("year", "integer"),
        Field.of("date", "category"),
        Field.of("ram", "category"),
        Field.of("rating", "number"),
        Field.of("pages", "integer"),
        Field.of("pieces", "integer"),
        Field.of("size", "category"),
    ]
)
GROUND = CatalogGround(SCHEMA, "generic")


def told(text: str, language: str = "en", *, filters: tuple[str, ...] = (), **attributes: object) -> str:
    price = attributes.pop("price", None)
    described = str(attributes.pop("description", "A fine thing in blue."))
    item = Item("1", "Thing", described, "", price, attributes)  # type: ignore[arg-type]  # as a test gives them
    demand = Demand.of(Request(text, "", language), [parse_filter(must, SCHEMA) for must in filters], GROUND)
    plans = list(plans_of([PlannedItem(candidate(item))], demand, GROUND))
    return realised(plans, demand.phrasing, "short")[0].text


@pytest.mark.parametrize(
    ("text", "language", "matter", "least", "most"),
    [
        ("music at least 160 bpm", "en", "bpm", 160, None),
        ("a game for four people", "en", "people", 4, 4),
        ("dinner for 8, please", "en", "people", 8, 8),
        ("done in under an hour", "en", "duration", None, 60),
        ("no more than 300 m of ascent", "en", "length", None, 30000),
        ("a bowl from before 1700", "en", "year", None, 1700),
        ("something from the twenties", "en", "year", 1920, 1929),
        ("early nineties metal", "en", "year", 1990, 1999),
        ("a book for my 8 year old", "en", "age", 8, 8),
        ("kids 6+", "en", "age", 6, None),
        ("no longer than 30 min", "en", "duration", None, 30),
        ("cheaper than 20 a lesson", "en", "money", None, 20),
        ("80 to 95 min", "en", "duration", 80, 95),
        ("宽度不超过60厘米的书架", "zh", "length", None, 60),
        ("六个人用的餐桌", "zh", "people", 6, 6),
        ("给三岁孩子看的书", "zh", "age", 3, 3),
        ("1700年以前的瓷器", "zh", "year", None, 1700),
        ("un juego para 4 personas", "es", "people", 4, 4),
        ("menos de 90 minutos", "es", "duration", None, 90),
        ("un jeu pour 4 joueurs", "fr", "people", 4, 4),
        ("moins de 90 minutes", "fr", "duration", None, 90),
        ("ein Spiel für 4 Personen", "de", "people", 4, 4),
        ("höchstens 90 Minuten", "de", "duration", None, 90),
        ("für Kinder ab 6 Jahren", "de", "age", 6, None),
    ],
)
def test_a_figure_is_read_with_its_bounds_and_what_it_is_of(
    text: str, language: str, matter: str, least: float | None, most: float | None
) -> None:
    figure = next(figure for figure in figures(text, language) if figure.matter)
    assert (figure.matter, figure.least, figure.most) == (matter, least, most)


@pytest.mark.parametrize(
    ("text", "attributes", "clause"),
    [
        ("a game for 4 people", {"players": "3-6"}, "for 3 to 6 players"),
        ("a game for 2 people", {"players": "4-10"}, "but for 4 to 10 players rather than 2"),
        ("songs of at least 160 bpm", {"bpm": 128}, "but 128 bpm rather than at least 160"),
        ("done in under an hour", {"duration": "12 h"}, "but 12 hours rather than under an hour"),
        ("done in under an hour", {"time_min": 40}, "ready in 40 minutes"),
        ("a hike of no more than 300 m of ascent", {"ascent": "740 m"}, "but 740 m of ascent rather than at most 300"),
        ("a print under 30 cm wide", {"width_cm": 62}, "but 62 cm wide rather than under 30"),
        ("a bowl from before 1700", {"date": "c. 1868"}, "but from c. 1868 rather than before 1700"),
        ("pictures from the twenties", {"year": 1926}, "from 1926"),
        ("prints of the 19th century", {"year": 1926}, "but from 1926 rather than the 19th century"),
        ("a present for my 14 year old", {"age": "5-8"}, "but for ages 5 to 8 rather than 14"),
        ("a present for my 8 year old", {"age": "6+"}, "from age 6"),
        ("a course for my 8 year old", {"age": "Adult"}, "but for adults rather than 8"),
        ("supper for 6 people", {"servings": 2}, "but enough for 2 rather than 6"),
        ("a hall for 15 children", {"capacity": 16}, "for up to 16"),
        ("a laptop with at least 16 GB ram", {"ram": "4 GB"}, "but 4 GB of memory rather than at least 16"),
        ("a film rated at least 8", {"rating": 7.4}, "but rated 7.4 rather than at least 8"),
        ("no more than 200 pages", {"pages": 588}, "but 588 pages rather than at most 200"),
        ("a puzzle of 1000 pieces", {"pieces": 500}, "but 500 pieces rather than 1000"),
        ("slippers size 38", {"size": "36-37"}, "but size 36-37 rather than 38"),
        ("a lamp under 100", {"price": 240.0}, "but 140 over your limit"),
        ("a lamp under 100", {"price": 60.0}, "40 under your limit"),
        ("a lamp, around 300", {"price": 480.0}, "but 480, well over your 300"),
        ("a lamp, around 300", {"price": 299.0}, "299, close to your 300"),
        ("a tent for 4 people that one person can pitch", {"capacity": 1}, "for 1 rather than 4"),
        ("a table for 8, oak", {"description": "Round table for two."}, "but for two rather than 8"),
    ],
)
def test_an_amount_is_told_met_or_broken_in_the_items_own_figures(
    text: str, attributes: dict[str, object], clause: str
) -> None:
    assert clause in told(text, **attributes)


@pytest.mark.parametrize(
    ("text", "language", "attributes", "clause"),
    [
        ("别超过30分钟的菜", "zh", {"time_min": 140}, "不过用时140分钟，超过30"),
        ("六个人玩的游戏", "zh", {"players": "3-6"}, "3到6人玩"),
        ("un juego para 2 personas", "es", {"players": "4-10"}, "pero para 4 a 10 jugadores y no 2"),
        ("un jeu pour 2 personnes", "fr", {"players": "4-10"}, "mais pour 4 à 10 joueurs et non 2"),
        ("ein Spiel für 2 Personen", "de", {"players": "4-10"}, "aber für 4 bis 10 Spieler statt 2"),
    ],
)
def test_it_is_told_in_the_persons_language(
    text: str, language: str, attributes: dict[str, object], clause: str
) -> None:
    assert clause in told(text, language, **attributes)


def test_words_of_a_figure_are_no_wishes_of_their_own() -> None:
    sentence = told("a hike, no more than 300 m of ascent, max 2 kg, for 4 people")
    for word in ("max", "kg", "people", "more"):
        assert f"mention {word}" not in sentence
        assert f"or {word}" not in sentence


def test_what_an_item_does_not_tell_is_admitted_in_the_wishs_whole_words() -> None:
    assert told("blue, for 4 people").endswith("though it does not say how many it is for.")
    assert "how many" not in told("blue, for 4 people", description="Fun for 3 to 6 players.")


def test_a_must_have_that_is_broken_is_told_by_how_much() -> None:
    assert "but 140 over your limit" in told("a lamp", filters=("price<=100",), price=240.0)
    assert "but from 1980 rather than 2000 or later" in told("a lamp", filters=("year>=2000",), year=1980)


def test_what_is_told_of_an_amount_cites_the_field_and_the_wish() -> None:
    item = Item("1", "Thing", "For two.", "", None, {"players": "3-6", "bpm": 128})
    demand = Demand.of(Request("for 4 people, at least 160 bpm", "", "en"), [], GROUND)
    text = ReadItem(item, SCHEMA, "en")
    answers = amount_answers(text, demand, GROUND)
    (point,) = amount_points(answers, [], "en")
    (miss,) = amount_misses(answers, demand.phrasing)
    assert [cited.pointer for cited in point.evidence] == ["/request/text", "/item/attributes/players"]
    assert miss.evidence[-1].value == "128"
    assert settled_pointers(answers) == {"/item/attributes/players", "/item/attributes/bpm"}
    assert {figure.name for figure in item_figures(text)} == {"players", "bpm"}
    assert [figure.words for _, figure in text_figures(text)] == ["For two"]


def test_a_must_have_and_its_words_are_one_wish() -> None:
    must = parse_filter("price<150", SCHEMA)
    (wish,) = amount_wishes("boots under 150", [must], ["under 150"], "en", SCHEMA)
    assert (wish.field, wish.must) == ("price", 0)
    assert list(spent_words([wish], SCHEMA)) == ["under 150"]
    (misread,) = amount_wishes("a game, kids 6+", [parse_filter("price>=6", SCHEMA)], ["6+"], "en", SCHEMA)
    assert (misread.figure.matter, misread.field) == ("age", "")


def test_what_may_be_for_one_or_two_is_not_told_to_be_for_one() -> None:
    sentence = told("a tasting for two", description="Wine in a blue room. Vouchers for one or two.")
    assert "for one" not in sentence.replace("vouchers for one or two", "")


def test_a_limit_that_was_read_as_a_price_is_no_age() -> None:
    schema = Schema([Field.of("title", "text"), Field.of("price", "number")])
    (wish,) = amount_wishes("something aged under 10", [parse_filter("price<10", schema)], ["under 10"], "en", schema)
    assert (wish.field, wish.must) == ("price", 0)


SHOP = Schema(
    [
        Field.of("title", "text"),
        Field.of("description", "text"),
        *(Field.of(name, "category") for name in ("mount", "offers", "season", "weekday", "material")),
        *(
            Field.of(name, "integer")
            for name in ("price_eur", "weight_kg", "max_load_kg", "shutter_count", "wifi_mbps")
        ),
        *(Field.of(name, "integer") for name in ("min_guests", "max_guests", "lead_time_weeks", "price_concession")),
        Field.of("gluten_free_option", "boolean"),
    ]
)


@pytest.mark.parametrize(
    ("text", "attributes", "sentence"),
    [
        # A value that says little alone has the name of its field.
        ("for nikon", {"mount": "Nikon F"}, "A fine thing in blue, with a Nikon F mount."),
        ("someone for Spanish", {"offers": "Spanish (native)"}, "A fine thing in blue, offering Spanish (native)."),
        ("something for winter", {"season": "winter"}, "A fine thing in blue, for winter."),
        ("on a friday", {"weekday": "Friday"}, "A fine thing in blue and Friday."),
        ("with wifi", {"wifi_mbps": 120}, "A fine thing in blue and 120 mbps of wifi."),
        # So has a number, beside the limit that it meets.
        ("under 20k shutter count", {"shutter_count": 11200}, "A fine thing in blue, with a shutter count of 11200."),
        ("below 2 kg", {"weight_kg": 1, "max_load_kg": 8}, "A fine thing in blue, weighing 1 kg."),
        ("carries 5 kg", {"weight_kg": 1, "max_load_kg": 8}, "A fine thing in blue, with an 8 kg max load."),
        ("under 8 euros", {"price_eur": 6}, "A fine thing in blue, and at €6 it is €2 under your limit."),
        # Two fields that tell the least and the most of one thing are one figure.
        ("for 35 guests", {"min_guests": 30, "max_guests": 90}, "A fine thing in blue, for 30 to 90."),
        ("ready in 5 weeks", {"lead_time_weeks": 10}, "but with a 10 weeks lead time rather than 5."),
        # A price is compared with nothing but money.
        ("concessions for 2 pensioners", {"price_concession": 14}, "A fine thing in blue."),
    ],
)
def test_a_value_that_says_little_alone_is_told_with_its_field(
    text: str, attributes: dict[str, object], sentence: str
) -> None:
    ground = CatalogGround(SHOP, "generic")
    item = Item("1", "Thing", "A fine thing in blue.", "", None, attributes)  # type: ignore[arg-type]  # as rows give them
    demand = Demand.of(Request(text, "", "en"), [], ground)
    plans = list(plans_of([PlannedItem(candidate(item))], demand, ground))
    assert realised(plans, demand.phrasing, "short")[0].text.endswith(sentence)


def test_two_sentences_of_an_item_stand_apart_and_the_one_with_a_verb_comes_last() -> None:
    described = "The motif is given as a chart only. Mittens with a fern motif."
    assert told("mittens with a chart", description=described) == (
        "Mittens with a fern motif; the motif is given as a chart only."
    )


def test_of_what_somebody_says_of_himself_no_part_is_cut_out() -> None:
    assert "Leipzig" not in told("somebody in Leipzig", description="I moved to Leipzig in spring.", size="L")


def test_what_stands_in_for_several_wishes_is_told_once() -> None:
    assert told("a green one, red too", description="A white thing with a lid.").count("white rather") <= 1


def test_a_time_that_has_to_be_over_is_no_time_that_it_has_to_last() -> None:
    assert "rather than" not in told("she gets bored after an hour", duration="50 minutes")
