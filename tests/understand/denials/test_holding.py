"""What items hold of a thing refused: named, denied or left open, by any text of theirs, with what shows it."""

from __future__ import annotations

import numpy as np
import pytest

from agent.understand.denials import FREE, HOLDS, UNSAID, DeniedTerm, HoldingTable, holding_rows, silent_rows
from agent.understand.denials.fields import listing_fields, switches, telling_fields
from agent.understand.denials.holding import catalog_languages
from agent.understand.denials.item_texts import PICTURE, item_texts, unsearched_text
from agent.understand.denials.matter import Matters, is_excused
from agent.understand.denials.phrases import phrase
from agent.understand.denials.sayings import Sayings
from agent.understand.denials.taxonomy import taxonomy
from agent.understand.denials.traces import ItemTraces
from agent.understand.denials.values import TellingValues, texts_of
from agent.understand.denials.word_rows import WordRows
from retrieval.catalog import infer_schema
from retrieval.channels.lexical import LexicalIndex, item_words
from retrieval.items import Description, Item, Span, Value
from retrieval.schema import Field, Schema


def thing(title: str, description: str = "", category: str | None = None, **attributes: Value) -> Item:
    return Item(f"id of {title}", title, description, category, attributes=attributes)


def table(*items: Item, schema: Schema | None = None) -> HoldingTable:
    schema = schema or infer_schema(items)
    return HoldingTable(items, schema, LexicalIndex(item_words(item, schema) for item in items))


def state(term: str, title: str, description: str = "", category: str | None = None, **attributes: Value) -> int:
    item = thing(title, description, category, **attributes)
    return int(table(item, thing("Something else")).states(term)[0])


DELI = (
    thing("Bean pot", "A slow stew.", ingredients=("white beans", "bacon", "thyme")),
    thing("Lentil pot", "A stew without meat.", ingredients=("lentils", "carrots")),
    thing("Herb rice", "Quick.", ingredients=("rice", "dill")),
    thing("Vegan dumplings", "With cabbage.", ingredients=("dough", "cabbage")),
    thing("Satay skewers", "With a rich sauce.", ingredients=("tofu", "soy sauce")),
    thing("Sundae", "Contains no peanuts, almonds or hazelnuts.", ingredients=("cream", "sugar")),
)
WARDROBE = (
    thing("Gala shoe", "Polished.", "Shoes", colour="Crimson", brand="Ottar"),
    thing("Walking shoe", "With red laces.", "Shoes", colour="Blue", brand="Ottar"),
    thing("Felt slipper", "Warm.", "Slippers", colour="Grey", brand="Mellin"),
    thing("Sandal", "Light.", "Shoes", brand="Mellin"),
    thing("Riding coat", "In vegan leather.", "Coats", colour="Brown", brand="Mellin"),
    thing("Party coat", "With a fake fur collar.", "Coats", colour="Floral", brand="Mellin"),
)


def states(items: tuple[Item, ...], term: str) -> list[int]:
    return table(*items).states(term).tolist()


def test_a_thing_is_held_by_any_of_its_kinds_in_any_text() -> None:
    assert states(DELI, "meat") == [HOLDS, FREE, UNSAID, FREE, UNSAID, UNSAID]
    assert states(DELI, "peanut")[4] == HOLDS


def test_a_list_of_ingredients_without_it_frees_of_nothing_and_is_told_apart() -> None:
    holdings = table(*DELI)
    assert holdings.states("nut")[2] == UNSAID
    assert holdings.lacks("nut").tolist() == [True, True, True, True, False, True]


def test_a_list_of_what_is_not_there_frees_of_each_that_is_refused_by_name() -> None:
    assert states(DELI, "peanut")[5] == FREE
    assert states(DELI, "nut")[5] == UNSAID


def test_a_diet_is_broken_by_what_it_excludes_and_met_by_what_says_so() -> None:
    assert states(DELI, "vegan") == [HOLDS, UNSAID, UNSAID, FREE, UNSAID, HOLDS]
    assert states(DELI, "vegetarian")[1] == UNSAID


def test_a_colour_is_held_in_all_its_shades_and_another_colour_says_free() -> None:
    assert states(WARDROBE, "red") == [HOLDS, HOLDS, FREE, UNSAID, FREE, UNSAID]


def test_another_brand_says_free_of_a_brand() -> None:
    assert states(WARDROBE, "ottar") == [HOLDS, HOLDS, FREE, FREE, FREE, FREE]


def test_what_only_looks_like_a_thing_is_none() -> None:
    assert states(WARDROBE, "leather")[4] == FREE
    assert states(WARDROBE, "fur")[5] == FREE


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("dairy", "curry with coconut milk"),
        ("nut", "butternut squash with nutmeg"),
        ("egg", "grilled eggplant"),
        ("shellfish", "fried oyster mushrooms"),
        ("fish", "a goldfish bowl"),
        ("meat", "meat-free sausages"),
        ("meat", "a vegetarian sausage roll"),
        ("butter", "vegan butter on rye"),
        ("wool", "steel wool"),
        ("dairy", "two peas in sour sauce"),
    ],
)
def test_the_head_of_a_compound_decides(term: str, words: str) -> None:
    assert state(term, "Thing", words) != HOLDS


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("dairy", "coconut milk and cream"),
        ("nut", "nutmeg and walnuts"),
        ("meat", "no ordinary steak"),
        ("nut", "may be topped with almonds (optional)"),
        ("dairy", "sour cream"),
        ("sex", "greed, lust and love"),
        ("violence", "not guilty of killing anyone"),
        ("goose", "three geese"),
        ("poultry", "three geese"),
        ("gluten", "bread (not gluten-free)"),
    ],
)
def test_where_words_leave_a_doubt_the_thing_is_held(term: str, words: str) -> None:
    assert state(term, "Thing", words) == HOLDS


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("nut", "baked without nuts"),
        ("nut", "nut-free kitchen"),
        ("peanut", "nut-free"),
        ("gluten", "gluten free loaf"),
        ("alcohol", "a non-alcoholic punch"),
        ("sugar", "unsweetened"),
        ("chicken", "a vegetarian pie"),
        ("plastic", "free from plastic"),
    ],
)
def test_what_an_item_says_of_itself_frees_it(term: str, words: str) -> None:
    assert state(term, "Thing", words) == FREE


@pytest.mark.parametrize("words", ["not vegan", "can easily be made vegan", "vegan option on request", "non-vegan"])
def test_a_claim_that_is_none_frees_of_nothing(words: str) -> None:
    assert state("meat", "Thing", words) == UNSAID


def test_what_is_said_of_an_ingredient_is_not_said_of_the_dish() -> None:
    assert state("dairy", "Pie", ingredients=("vegan pastry", "apples")) == UNSAID


def test_yes_or_no_fields_answer_for_an_item() -> None:
    items = (thing("A", nut_free=True), thing("B", nut_free=False), thing("C"))
    holdings = table(*items)
    assert holdings.states("nut").tolist() == [FREE, HOLDS, UNSAID]
    (trace,) = holdings.evidence(1, "nut")
    assert (trace.field, trace.words) == ("nut_free", "false")
    kettles = table(thing("A", cordless=True), thing("B", cordless=False))
    assert kettles.states("cordless").tolist() == [HOLDS, FREE]
    screens = table(thing("A", touchscreen=True), thing("B", touchscreen=False))
    assert screens.states("touchscreen").tolist() == [HOLDS, FREE]


def test_a_yes_or_no_field_about_a_diet_counts() -> None:
    holdings = table(thing("A", vegan=True), thing("B", vegan=False), thing("C", "With ham.", vegan=True))
    assert holdings.states("vegan").tolist() == [FREE, HOLDS, HOLDS]
    assert all(holdings.evidence(row, "vegan") for row in range(3))


def test_a_genre_that_the_catalog_has_is_lacked_by_what_lists_others() -> None:
    films = (
        thing("Trench", genres=("War", "Drama")),
        thing("Bakery", genres=("Comedy",)),
        thing("Garrison", "Set during the civil war.", genres=("Romance",)),
        thing("Reel"),
    )
    assert states(films, "war") == [HOLDS, FREE, HOLDS, UNSAID]
    assert states(films, "superhero") == [UNSAID] * 4


def test_what_is_unfit_for_children_counts_for_them() -> None:
    films = (
        thing("Kids", "Two boys and their sexual adventures."),
        thing("Otters", "A river.", genres=("Children",)),
        thing("River", "A group of kids at a river.", genres=("Drama",)),
    )
    assert states(films, "kids") == [HOLDS, FREE, UNSAID]


def test_hidden_fields_and_pictures_count_too() -> None:
    seen = Description("00", "image", "eye", "1", "Mostly red, on a white background.", (Span("colour", "red", 0.6),))
    items = (Item("a", "Cap", attributes={"note": "lined with rabbit fur"}), Item("b", "Hat", descriptions=(seen,)))
    schema = Schema((Field("note", "text", False, False, hidden=True), Field.of("title", "text")))
    holdings = table(*items, schema=schema)
    assert holdings.states("fur").tolist() == [HOLDS, UNSAID]
    assert holdings.states("red").tolist() == [UNSAID, HOLDS]
    assert holdings.states("white").tolist() == [UNSAID, UNSAID]
    assert {trace.field for trace in holdings.evidence(1, "red")} == {PICTURE}


def test_a_country_is_no_poultry() -> None:
    assert state("turkey", "Jam", country="Turkey") == UNSAID


def test_a_thing_and_what_it_is_said_of_are_held_together_or_by_name() -> None:
    items = (thing("Leather boot"), thing("Boot", "Felt."), thing("Belt", "Leather."), thing("Soup", "Coconut milk."))
    assert states(items, "leather boots") == [HOLDS, UNSAID, UNSAID, UNSAID]
    assert states(items, "coconut milk") == [UNSAID, UNSAID, UNSAID, HOLDS]


def test_a_word_that_no_taxonomy_has_is_its_own_concept_in_singular_and_plural() -> None:
    items = (thing("Two zeppelins"), thing("A zeppelin"), thing("Zeppelinesque"))
    assert states(items, "zeppelins") == [HOLDS, HOLDS, UNSAID]


def test_words_in_other_scripts_are_found() -> None:
    assert state("meat", "红烧牛肉") == HOLDS
    assert state("meat", "肉桂卷") == UNSAID


def test_words_of_the_catalogs_own_language_count() -> None:
    items = tuple(
        thing(
            f"Gericht {n}", "Das ist ein sehr gutes Gericht mit frischem Gemüse und mit Schweinefleisch aus der Region."
        )
        for n in range(5)
    )
    assert "de" in catalog_languages(items)
    assert states(items, "meat") == [HOLDS] * 5


def test_evidence_is_the_very_words() -> None:
    holdings = table(*DELI)
    (trace,) = holdings.evidence(0, "meat")
    assert (trace.state, trace.field, trace.words) == (HOLDS, "ingredients", "bacon")
    (trace,) = holdings.evidence(1, "meat")
    assert (trace.state, trace.field, trace.words) == (FREE, "description", "meat")
    assert holdings.evidence(2, "meat") == ()


def test_rows_of_several_refusals_are_left_out_or_said_to_be_silent() -> None:
    holdings = table(*DELI)
    refused = [DeniedTerm("meat", "meat", 0, 1), DeniedTerm("peanut", "peanuts", 1, 2)]
    assert holding_rows(holdings, refused).tolist() == [True, False, False, False, True, False]
    assert silent_rows(holdings, refused).tolist() == [False, True, True, True, False, True]
    assert not holding_rows(holdings, []).any()


def test_states_are_worked_out_once() -> None:
    holdings = table(*DELI)
    assert holdings.states("meat") is holdings.states("meat")
    assert holdings.states("meat").dtype == np.int8
    assert holdings.size == len(DELI)


# The parts


def test_the_fields_of_a_catalog_are_known_by_their_names() -> None:
    names = ("product_colour", "cable_colour", "ingredients")
    schema = Schema([*(Field.of(name, "category") for name in names), Field.of("contains_nuts", "boolean")])
    known = taxonomy()
    assert [field.name for field in telling_fields(schema, known.sorts["colour"])] == ["product_colour"]
    assert listing_fields(schema, known.sorts["food"]) == ("ingredients",)
    assert list(switches(schema, known.concepts["nut"])) == [("contains_nuts", True)]


def test_an_id_in_the_place_of_a_title_is_no_text() -> None:
    assert [text.field for text in item_texts(Item("x", "x", "A thing.", untitled=True))] == ["description"]
    assert texts_of(("a", "")) == ("a",)
    assert texts_of(3.5) == ()


def test_what_the_index_of_words_leaves_out_is_read_beside_it() -> None:
    schema = Schema((Field("code", "text", False, False),))
    assert unsearched_text(thing("Cap", code="mink"), schema) == "mink"


def test_rows_are_found_by_parts_of_words() -> None:
    rows = WordRows([LexicalIndex([["lederhose"], ["kunstleder"], ["wolle"]])], 3)
    assert rows.rows(phrase("leder*", "de")).tolist() == [0]
    assert rows.rows(phrase("*leder", "de")).tolist() == [1]
    assert rows.rows(phrase("*le*", "de")).tolist() == [0, 1, 2]
    assert rows.rows(phrase("silk", "en")).tolist() == []


def test_sayings_are_those_of_the_languages_alone() -> None:
    english, german = Sayings(("en",)), Sayings(("en", "de"))
    text = "ohne nuts"
    assert not english.is_denied(text, (5, 9))
    assert german.is_denied(text, (5, 9))
    assert english.is_claim("vegan", (0, 5))
    assert english.is_background("on a red background", (5, 8))
    assert english.free_end("nut-free", 3) == 8


def test_matter_excuses_what_words_around_a_thing_take_back() -> None:
    matter = Matters(taxonomy(), ("en",)).of("milk")
    milk = next(made for made in matter.phrases if made.text == "milk")
    assert is_excused(matter, milk, "almond milk", (7, 11))
    assert not is_excused(matter, milk, "warm milk", (5, 9))


def test_values_of_a_sort_are_those_that_the_taxonomy_knows() -> None:
    items = (thing("A", colour="Blue"), thing("B", colour="Floral"), thing("C", colour="Crimson"))
    matters = Matters(taxonomy(), ("en",))
    values = TellingValues(items, infer_schema(items), taxonomy(), matters)
    assert list(values.others("red", matters.of("red"))) == [("colour", frozenset({"Blue"}))]


def test_traces_tell_where_in_a_text_a_thing_stands() -> None:
    matters = Matters(taxonomy(), ("en",))
    traces = ItemTraces(thing("Pie", "With two eggs."), matters.sayings, frozenset())
    (trace,) = traces.held(matters.of("egg"), matters.of("egg").phrases)
    assert trace.text[trace.start : trace.end] == "eggs"


@pytest.mark.parametrize(
    ("term", "title", "words"),
    [
        ("egg", "Sponge", "Free of gluten and eggs."),
        ("gluten", "Lemon Cake", "A sponge free of gluten."),
        ("gluten", "Lemon Cake", "Gluten-free and moist."),
        ("nut", "Nougatine", "Contains no peanuts and no nuts."),
        ("nut", "红枣米糕", "不含花生和任何坚果，松软好嚼。"),
        ("lactose", "燕麦奶茶", "用燕麦奶代替牛奶，不含乳糖。"),
        ("caffeine", "Night Coffee", "Coffee without caffeine."),
        ("itchy", "Crew", "Never itchy."),
        ("egg", "Galletas", "Crujientes, sin nueces y huevo."),
        ("milk", "Gâteau", "Moelleux, sans noix et lait."),
    ],
)
def test_what_says_that_it_is_free_of_a_thing_is(term: str, title: str, words: str) -> None:
    others = [thing(f"Galletas {at}", "Galletas con aceite de oliva y limón.") for at in range(2)]
    others += [thing(f"Gâteau {at}", "Un gâteau avec des pommes et du sucre.") for at in range(2)]
    assert table(thing(title, words), *others).states(term)[0] == FREE


@pytest.mark.parametrize(
    ("term", "title", "words"),
    [
        ("gluten", "Lemon Cake", "A sponge with wheat, free of gluten they say."),
        ("gluten", "Village Bread", "A dark crust. Can be made without gluten."),
        ("egg", "Salad", "Without nuts and eggs make it rich."),
        ("gluten", "Lemon Cake", "A moist sponge."),
    ],
)
def test_what_is_only_said_to_be_possible_or_of_a_part_frees_nothing(term: str, title: str, words: str) -> None:
    assert state(term, title, words) == HOLDS


def test_fields_say_what_an_item_is_free_of() -> None:
    assert state("nut", "Thing", free_from=("nuts", "eggs")) == FREE
    assert state("swearing", "Song", explicit=True) == HOLDS
    assert state("swearing", "Song", explicit=False) == FREE
    assert state("gluten", "Plum Cake", contains_gluten=False) == FREE
    assert state("dairy", "Custard", vegan=True) == FREE


def test_what_a_kind_usually_holds_is_told_from_what_is_named() -> None:
    cake, rye = table(thing("Plum Cake"), thing("Rye loaf")), "gluten"
    assert [trace.usual for trace in cake.evidence(0, rye)] == [True]
    assert not any(trace.usual for trace in cake.evidence(1, rye))
    assert cake.says_free("free of gluten and eggs", "eggs")
    assert not cake.says_free("with eggs", "eggs")
