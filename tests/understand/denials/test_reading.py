"""Reading refusals: what is refused, by which words, for how long, and what only sounds like a refusal."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.denials import denials, refused_back
from agent.understand.denials.cues import cues, flattened, spelled, telling
from agent.understand.denials.mending import MendedText
from agent.understand.denials.reading import MOST_CHARS
from agent.understand.denials.spaced import SpacedTerms
from agent.understand.denials.taxonomy import taxonomy
from agent.understand.denials.term import DeniedTerm
from agent.understand.denials.unspaced import UnspacedTerms


def refused(text: str, language: str = "en") -> list[str]:
    return [term.term for term in denials(text, language)]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("a scarf, but not in green", ["green"]),
        ("curtains that aren't velvet", ["velvet"]),
        ("a stool without any metal", ["metal"]),
        ("all lamps except floor lamps", ["floor lamps"]),
        ("my aunt hates lilies", ["lilies"]),
        ("he can't stand garlic", ["garlic"]),
        ("we don't want a plastic one", ["plastic"]),
        ("Grandpa doesn't drink alcohol", ["alcohol"]),
        ("allergic to sesame", ["sesame"]),
        ("cashew-free granola", ["cashew"]),
        ("anything but jazz", ["jazz"]),
        ("every colour but yellow", ["yellow"]),
        ("a pie, nothing with raisins", ["raisins"]),
        ("avoid wool", ["wool"]),
        ("pizza minus the onions", ["onion"]),
        ("no cats or dogs", ["cats", "dogs"]),
        ("neither silk nor cotton", ["silk", "cotton"]),
        ("no garlic, onions or leek", ["garlic", "onion", "leek"]),
        ("dislikes mushrooms and tomatoes", ["mushroom", "tomato"]),
        ("long but not boring", ["boring"]),
        ("a tea instead of coffee", ["coffee"]),
        ("salt is a no-go", ["salt"]),
        ("she has a soy allergy", ["soy"]),
        ("oats make me sick", ["oats"]),
        ("leave the capers out", ["capers"]),
        ("not too loud and no drums", ["drums"]),
        ("not black and white", ["black and white"]),
        ("no westerns, something funny", ["western"]),
        ("a rug without pink and washable", ["pink"]),
        ("rye is fine. wheat isnt", ["wheat"]),
        ("lamb yes, beef no", ["beef"]),
        ("we do not care for garlic", ["garlic"]),
        ("hard pass on clowns", ["clowns"]),
        ("not feeling stew this week", ["stew"]),
        ("she won't eat anything smoked", ["smoked"]),
        ("I don't own a microwave", ["microwave"]),
        ("our oven is broken", ["oven"]),
        ("no muesli its gone noon", ["muesli"]),
        ("no black n white", ["black and white"]),
        ("ones w tassels, none w beads", ["beads"]),
        ("grim but not like bleak bleak", ["bleak"]),
        ("throw out anything with glitter", ["glitter"]),
        ("all my cousins have Ardo so not that", ["ardo"]),
        ("we had plum cake on sunday, so not that again please", ["plum cake"]),
        ("a Hopper, but not one of the harbour pictures", ["harbour"]),
        ("nothing that wants frying", ["frying"]),
        ("no drums or anything like that", ["drums"]),
        ("not Bexley of course", ["bexley"]),
        ("not leather, i dont wear from animals", ["leather"]),
    ],
)
def test_what_is_refused_is_told_by_its_plain_name(text: str, terms: list[str]) -> None:
    assert refused(text) == terms


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hopper again? skip him", "hopper"),
        ("is that Meg Ryan? I can't stand her", "Meg Ryan"),
        ("that has tom hulce in it. nothing with him please", "tom hulce"),
    ],
)
def test_who_was_spoken_of_is_refused_by_a_pronoun(text: str, name: str) -> None:
    denied = refused_back(text, "en")
    assert denied is not None
    assert denied.words == name


@pytest.mark.parametrize("text", ["is the second waterproof? not for him", "without her", "skip him", "hopper again?"])
def test_a_pronoun_alone_refuses_nobody(text: str) -> None:
    assert refused_back(text, "en") is None


@pytest.mark.parametrize(
    ("text", "language", "terms"),
    [
        ("pas de bruit svp, no drums", "fr", ["bruit", "drums"]),
        ("ohne Leder, and no wool", "de", ["leather", "wool"]),
        ("绿的不要", "zh", ["green"]),
        ("Bexley这个牌子我一直不喜欢", "zh", ["bexley"]),
        ("el cerdo no", "es", ["pork"]),
        ("ach nee doch nicht", "de", []),
        ("no tan larga", "en", []),
    ],
)
def test_refusals_are_read_in_every_language_of_a_turn(text: str, language: str, terms: list[str]) -> None:
    assert refused(text, language) == terms


@pytest.mark.parametrize(
    "text",
    [
        "not only oak, also pine",
        "nothing but roses",
        "not too sweet",
        "not so heavy please",
        "no problem, show me more",
        "no idea, a vase maybe",
        "not sure about the size",
        "no more than 40 euros",
        "not over 2 kg",
        "not bad!",
        "not without a lid",
        "I can't do without butter",
        "I don't mind leather",
        "it doesn't have to be silk",
        "I'm not allergic to nuts",
        "no, the green one",
        "not the third one",
        "a hands-free headset, free shipping",
        "why not wool",
        "I don't have a garden",
        "no need for a handle",
        "I couldn't stop yawning",
        "I don't want to weep into my soup",
        "not feeling that one",
        "we won't be swimming",
        "don't want to be preached at",
        "none of those is enamel",
        "my sister has a kettle so that",
    ],
)
def test_what_only_sounds_like_a_refusal_refuses_nothing(text: str) -> None:
    assert refused(text) == []


def test_where_something_else_follows_but_that_is_wished_for() -> None:
    assert refused("not velvet but linen") == ["velvet"]
    assert refused("not green, blue") == ["green"]


def test_a_stretch_runs_from_the_cue_to_the_end_of_the_term() -> None:
    text = "A big bowl, no plastic or glass, for salad"
    first, second = denials(text, "en")
    assert text[first.start : first.end] == "no plastic"
    assert text[second.start : second.end] == " or glass"
    assert (second.words, second.term) == ("glass", "glass")


@pytest.mark.parametrize(
    ("text", "lasting"),
    [
        ("allergic to eggs", True),
        ("I'm vegan", True),
        ("my mother hates orange", True),
        ("my uncle can't eat gluten", True),
        ("no eggs", False),
        ("a vegan stew", False),
        ("without orange", False),
    ],
)
def test_what_is_said_of_the_person_is_meant_for_good(text: str, lasting: bool) -> None:
    assert [term.lasting for term in denials(text, "en")] == [lasting]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("vegetarian chili", "vegetarian"),
        ("a kosher lunch", "kosher"),
        ("lactose-free cake", "lactose-free"),
        ("a puzzle for my 5 year old", "kids"),
        ("a family friendly comedy", "kids"),
        ("ein Spiel für Kinder", "kids"),
    ],
)
def test_a_diet_or_a_young_reader_is_refused_by_its_own_name_and_stays_a_wish(text: str, name: str) -> None:
    (term,) = denials(text, "de" if "Kinder" in text else "en")
    assert (term.term, term.demanded) == (name, True)


@pytest.mark.parametrize("text", ["it need not be vegan", "non-vegan is fine", "I'm not a vegetarian", "vegan leather"])
def test_a_diet_that_nobody_demands_is_none(text: str) -> None:
    assert refused(text) == []


def test_what_is_not_for_children_refuses_what_is_made_for_them() -> None:
    assert refused("a bike, not for kids") == ["children"]


@pytest.mark.parametrize(
    ("language", "text", "terms"),
    [
        ("zh", "不要绿色的杯子", ["green"]),
        ("zh", "我老公讨厌香菜", ["cilantro"]),
        ("zh", "对芝麻过敏", ["sesame"]),
        ("zh", "没问题，不贵就行", []),
        ("zh", "不要肉桂", ["肉桂"]),
        ("de", "ein Schal ohne Wolle oder Seide", ["wool", "silk"]),
        ("de", "nicht nur grün", []),
        ("de", "eifreie Nudeln, keine Pilze", ["mushroom", "egg"]),
        ("fr", "une tarte sans œufs", ["egg"]),
        ("fr", "pas trop sucré", []),
        ("es", "nada de ajo", ["garlic"]),
        ("es", "no me gusta el verde", ["green"]),
        ("it", "senza aglio né cipolla", ["garlic", "onion"]),
        ("pt", "sem leite", ["milk"]),
        ("nl", "geen knoflook", ["garlic"]),
        ("pl", "bez mleka", ["milk"]),
        ("ru", "без чеснока", ["garlic"]),
        ("ru", "не больше трёх", []),
        ("tr", "sütsüz kek", ["milk"]),
        ("tr", "yeşil olmasın", ["green"]),
        ("ja", "にんにく抜き", ["garlic"]),
        ("ja", "緑じゃない傘", ["green"]),
        ("ko", "마늘 없는 요리", ["garlic"]),
        ("ar", "بدون ثوم", ["garlic"]),
        ("th", "ไม่ใส่กระเทียม", ["garlic"]),
    ],
)
def test_common_forms_are_read_in_other_languages(language: str, text: str, terms: list[str]) -> None:
    assert sorted(refused(text, language)) == sorted(terms)


def test_a_text_taken_for_english_is_read_by_words_that_tell_its_language() -> None:
    assert refused("jacke ohne wolle") == ["wool"]
    assert refused("不要皮的 boots") == ["leather"]


@pytest.mark.parametrize("text", ["soup witout garlic", "alergic to garlic", "neihter garlic"])
def test_words_of_refusal_are_read_in_spite_of_a_slip(text: str) -> None:
    assert refused(text) == ["garlic"]


def test_a_slip_in_the_thing_is_mended_where_it_leaves_no_doubt() -> None:
    (term,) = denials("no mushroms", "en")
    assert (term.term, term.words) == ("mushroom", "mushroms")


def test_nothing_within_the_name_of_a_work_is_refused() -> None:
    assert refused('something like "Not Without Garlic"') == []


def test_places_in_a_mended_text_are_told_as_they_were_written() -> None:
    text = "a soup, witout any garlic"
    mended = MendedText(text)
    assert "without" in mended.text
    assert mended.place(mended.text.index("garlic")) == text.index("garlic")
    (term,) = denials(text, "en")
    assert text[term.start : term.end] == "witout any garlic"


def test_a_language_without_cues_has_none() -> None:
    assert cues("xx") is None
    assert refused("no garlic", "xx") == ["garlic"]


def test_every_language_knows_how_its_terms_are_set_apart() -> None:
    for language, reader in (("en", SpacedTerms), ("zh", UnspacedTerms)):
        words = cues(language)
        assert words is not None
        assert words.spaced is (reader is SpacedTerms)
        assert reader(words, taxonomy(), language) is not None


def test_patterns_are_compared_as_flat_as_texts_are() -> None:
    assert flattened("é'") == "e’"
    assert "without" in spelled()
    assert "de" in dict(telling())


@given(st.text(max_size=80))
def test_any_text_is_read_and_places_lie_within_it(text: str) -> None:
    for term in denials(text, "en"):
        assert isinstance(term, DeniedTerm)
        assert 0 <= term.start <= term.end <= len(text)


def test_a_wall_of_text_is_read_in_a_moment() -> None:
    denials("warm up", "en")
    started = time.process_time()
    denials("no garlic, not " * MOST_CHARS, "en")
    denials("without " + "word, " * MOST_CHARS, "en")
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "language", "terms"),
    [
        ("for a window, without blocking light, white or birch", "en", ["blocking light"]),
        ("exciting but not scary, with dragons or swords", "en", ["horror"]),
        ("a toy, not pink, electronics or coding", "en", ["pink"]),
        ("no nuts, eggs or milk", "en", ["nut", "egg", "milk"]),
        ("salsa, partner not needed, beginners", "en", ["partner"]),
        ("brunch, no reservations needed", "en", ["reservations"]),
        ("a bar, smoking not allowed", "en", ["smoking"]),
        ("a sauce with hidden veggies", "en", []),
        ("I'm a student so free or cheap", "en", []),
        ("a thriller I can't put down", "en", []),
        ("a cake, I'm no baker", "en", []),
        ("tarta sin nueces, huevos o leche", "es", ["nut", "egg", "milk"]),
        ("pan sin gluten", "es", ["gluten-free"]),
        ("gâteau sans noix, avec chocolat ou vanille", "fr", ["nut-free"]),
        ("nicht rot, mit Kapuze oder Kragen", "de", ["red"]),
        ("素食 不要蛋奶", "zh", ["vegetarian", "egg", "dairy"]),
        ("感冒了没胃口 要清淡的汤", "zh", []),
        ("女性主义 非虚构", "zh", []),
    ],
)
def test_a_refusal_ends_where_its_clause_ends(text: str, language: str, terms: list[str]) -> None:
    assert refused(text, language) == terms
