"""Limits and refusals as people state them, read by the rules on two catalogs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.understand import Vocabulary, clean, read
from retrieval.schema import Field, Schema

BICYCLES = Vocabulary.build(
    Schema(
        [
            replace(Field.of("category", "category"), values=("Saddles", "Bells", "Tyres", "Helmets")),
            replace(Field.of("price", "number"), unit="EUR"),
            Field.of("weight_kg", "number"),
            Field.of("wheel_inch", "number"),
            replace(Field.of("stars", "number"), maximum=4.9),
            replace(Field.of("color", "category"), values=("teal", "red", "black", "green")),
            replace(Field.of("material", "category"), values=("cork", "brass", "rubber", "leather")),
            replace(Field.of("maker", "category"), values=("Ruedas", "Hollander & Zn", "Pedalo")),
            Field.of("model year", "integer"),
        ]
    )
)
INSTRUMENTS = Vocabulary.build(
    Schema(
        [
            replace(Field.of("kind", "category"), values=("Lute", "Harp", "Horn")),
            Field.of("built", "integer"),
            Field.of("length_cm", "number"),
            replace(Field.of("score", "number"), maximum=9.4),
            replace(Field.of("wood", "list"), values=("maple", "spruce", "ebony", "wood")),
            replace(Field.of("origin", "category"), values=("Flanders", "Kyoto", "Cremona")),
        ]
    )
)
CATALOGS = {"bicycles": BICYCLES, "instruments": INSTRUMENTS}


def must(text: str, catalog: Vocabulary = BICYCLES) -> list[str]:
    return sorted(str(reading.filter) for reading in read(clean(text), catalog).must)


def notes(text: str, catalog: Vocabulary = BICYCLES) -> list[str]:
    """What is told of a text beside its must-haves; what is denied without a field is told by whoever looks for it."""
    was = read(clean(text), catalog)
    return [*(str(note) for note in was.notes), *(denied.words for denied in was.denied)]


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("i don’t fancy paying more than 70 for a bell", ["price<=70"]),
        ("a saddle that doesn't weigh more than 400 g", ["weight_kg<=0.4"]),
        ("do not offer me tyres above 30 euros", ["price<=30"]),
        ("helmets, but nothing below 4 stars", ["stars>=4"]),
        ("no saddles over 90", ["price<=90"]),
        ("anything over €120 is too expensive", ["price<=120"]),
        ("I wouldn't mind going over 200", []),
        ("it needn't be under 50", []),
        ("no need for it to be less than 2 kg", []),
        ("a bell without a spring under 20", ["price<20"]),
        ("€15-€25", ["price 15..25"]),
        ("15 € – 25 €", ["price 15..25"]),
        ("from 15 till 25 euros", ["price 15..25"]),
        ("15 through 25 euros", ["price 15..25"]),
        ("between 15 & 25 euros", ["price 15..25"]),
        ("in the €15-25 range", ["price 15..25"]),
        ("above 15, below 25", ["price<25", "price>15"]),
        ("over fifteen and under thirty euros", ["price<30", "price>15"]),
        ("between sixty and ninety euros", ["price 60..90"]),
        ("between one hundred and two hundred and fifty euros", ["price 100..250"]),
        ("3 out of 5 stars or better", ["stars>=3"]),
        ("6/10 or higher", ["stars>=3"]),
        ("at least 26 in", ["wheel_inch>=26"]),
        ('28" or larger', ["wheel_inch>=28"]),
        ("a 28 inch tyre or bigger", ["wheel_inch>=28"]),
        ("max. 60 EUR", ["price<=60"]),
        ("budget about 100", ["price<=120"]),
        ("about 100 euros", ["price 80..120"]),
        ("up to 1 234,5 kg", ["weight_kg<=1234.5"]),
        ("at most 1.200 euros", ["price<=1200"]),
        ("less than half a kilo", ["weight_kg<0.5"]),
        ("I only have 60 euros", ["price<=60"]),
        ("any colour but teal", ["color!=teal"]),
        ("anything but Pedalo", ["maker!=Pedalo"]),
        ("please don't give me Ruedas", ["maker!=Ruedas"]),
        ("I would never buy cork again", ["material!=cork"]),
        ("don't you have bells under 20?", ["price<20"]),
        ("60 is the ceiling", ["price<=60"]),
        ("saddle 60 or more", ["price>=60"]),
        ("more than 28 inches I can't fit, so 28 or less", ["wheel_inch<=28"]),
        ("不想花超过80欧元", ["price<=80"]),
        ("80欧元以上的就算了", ["price<80"]),
        ("超过80欧元也没关系", []),
        ("两三百欧元", ["price 200..300"]),
        ("不超过半公斤", ["weight_kg<=0.5"]),
        ("最多花80", ["price<=80"]),
        ("1k以内", ["price<=1000"]),
        ("红色的不要", ["color!=red"]),
    ],
)
def test_a_limit_is_read_with_all_its_words(text: str, read_as: list[str]) -> None:
    assert must(text) == read_as


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("I don't want a lute built after 1750", ["built<=1750"]),
        ("no harps before 1800", ["built>=1800"]),
        ("16th or 17th century", ["built 1501..1700"]),
        ("between the 15th and 17th century", ["built 1401..1700"]),
        ("from 1720 until 1740", ["built 1720..1740"]),
        ("1720-1740", ["built 1720..1740"]),
        ("around 1650", ["built 1640..1660"]),
        ("4 out of 5 or better", ["score>=8"]),
        ("no longer than 1 m", ["length_cm<=100"]),
        ("anything but ebony", ["wood has not ebony"]),
        ("whatever wood but maple or spruce", ["wood has none maple, spruce"]),
        ("17和18世纪的", ["built 1601..1800"]),
        ("不要1800年以后的", ["built<=1800"]),
    ],
)
def test_years_and_lengths_are_limits_as_well(text: str, read_as: list[str]) -> None:
    assert must(text, INSTRUMENTS) == read_as


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Sattel ohne Leder, nicht teurer als 80 Euro", ["material!=leather", "price<=80"]),
        ("zwischen 20 und 40 Euro, nicht in Schwarz", ["color!=black", "price 20..40"]),
        ("es darf ruhig über 100 Euro kosten", []),
        ("une selle sans cuir à moins de 80 €", ["material!=leather", "price<80"]),
        ("qui ne dépasse pas 1,5 kg", ["weight_kg<=1.5"]),
        ("n'importe quelle couleur sauf le noir", ["color!=black"]),
        ("que no sea de cuero, entre 20 y 40 euros", ["material!=leather", "price 20..40"]),
        ("no más de 1.200 euros", ["price<=1200"]),
        ("niente gomma, al massimo 30 euro", ["material!=rubber", "price<=30"]),
        ("sem couro e até 80 euros", ["material!=leather", "price<=80"]),
        ("geen leer, hooguit 80 euro", ["material!=leather", "price<=80"]),
        ("bez skóry, do 80 euro", ["material!=leather", "price<=80"]),
        ("без кожи, не дороже 80 евро", ["material!=leather", "price<=80"]),
        ("siyah olmasın, en fazla 80 euro", ["color!=black", "price<=80"]),
        ("革以外で80ユーロ以下", ["material!=leather", "price<=80"]),
        ("검은색 말고 80유로 이하", ["color!=black", "price<=80"]),
    ],
)
def test_limits_and_refusals_are_read_in_other_languages(text: str, read_as: list[str]) -> None:
    assert must(text) == read_as


@pytest.mark.parametrize(
    "text",
    ["two bells for under 30", "4 tyres for 100", "both together under 90", "zwei Sättel zusammen unter 90 Euro"],
)
def test_a_limit_for_several_things_caps_none_of_them_and_says_so(text: str) -> None:
    assert must(text) == []
    assert "several things together" in notes(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "a bell for 20 euros",
        "under 80 dB",
        "longer than 3 months in use",
        "from the 1920s",
        "Sattel ohne Federung",
        "selle sans ressort",
        "I hate logos",
    ],
)
def test_what_could_not_be_used_is_told(text: str) -> None:
    catalog = Vocabulary.build(
        Schema([replace(Field.of("price", "number"), unit="EUR"), Field.of("color", "category")])
    )
    assert must(text, catalog) == []
    assert notes(text, catalog)


@pytest.mark.parametrize(
    "text",
    [
        "a tandem for two people",
        "the Pedalo X200",
        "for my 30th birthday",
        "“30 Minutes or Less” on a bell",
        "10 speed",
        "derailleur x 2070 or better",
        "the difference between 1 and 3",
        "预算一样",
        "for 4 to 6 kids",
        "no idea, you choose",
        "für zwei Personen",
    ],
)
def test_numbers_that_count_nothing_are_told_of_to_nobody(text: str) -> None:
    assert must(text) == []
    assert notes(text) == []


@pytest.mark.parametrize("catalog", sorted(CATALOGS))
@pytest.mark.parametrize(
    "text",
    [
        "die hard",
        "sin city",
        "over the moon",
        "in my room",
        "a do it yourself kit",
        "so long",
        "pro, con",
    ],
)
def test_english_words_that_are_others_elsewhere_state_nothing(text: str, catalog: str) -> None:
    assert must(text, CATALOGS[catalog]) == []
    assert notes(text, CATALOGS[catalog]) == []


@pytest.mark.parametrize(
    "text",
    [
        "I've never heard of cork",
        "isn't it teal?",
        "try one",
        "why not red",
        "never mind the red",
        "have you never seen teal",
    ],
)
def test_words_that_only_look_like_a_refusal_or_a_sum_state_nothing(text: str) -> None:
    assert must(text) == []
    assert notes(text) == []


def test_a_wall_of_numbers_is_read_up_to_some_number_of_them() -> None:
    assert len(must("under 5 euros " * 100)) == 1
    assert must("一二三四五六七八九" * 200) == []


def test_the_kind_stays_a_wish_where_its_limit_is_denied() -> None:
    assert read("no saddles over 90 euros please", BICYCLES).wishes == "saddles please"


def test_a_waived_limit_is_not_searched_for() -> None:
    assert read("red bells, I don't mind more than 50 euros", BICYCLES).wishes == "red bells, I"


def test_the_language_may_be_given() -> None:
    assert read("max 40, sin goma", BICYCLES, "es").must
