"""The taxonomy: names, kinds and diets, what people add to it, and what a file may not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.understand.denials import load_taxonomy, taxonomy
from agent.understand.denials.phrases import ANY, phrase, plain, spellings
from agent.understand.denials.taxonomy import FILE, Taxonomy

OURS = taxonomy()


@pytest.mark.parametrize(
    ("words", "language", "name"),
    [
        ("Tree Nuts", "en", "nut"),
        ("potatoes", "en", "potato"),
        ("super heroes", "en", "superhero"),
        ("rote", "de", "red"),
        ("Fleischbällchen", "de", "meat"),
        ("红色", "zh", "red"),
        ("chameleon", "en", None),
    ],
)
def test_things_are_found_by_what_people_call_them(words: str, language: str, name: str | None) -> None:
    assert OURS.named(words, language) == name


def test_names_in_languages_without_spaces_are_found_at_their_longest() -> None:
    assert OURS.begins("不要牛肉面", 2, "zh") == ("beef", 4)
    assert OURS.ends("花生过敏", 2, "zh") == ("peanut", 0)


def test_a_thing_comes_in_all_kinds_of_its_kinds() -> None:
    assert {"meat", "pork", "poultry", "chicken"} <= {concept.name for concept in OURS.closure("meat")}
    assert "meat" in {concept.name for concept in OURS.above("chicken")}


def test_a_diet_frees_of_all_that_it_excludes() -> None:
    assert {"vegan", "vegetarian"} <= {diet.name for diet in OURS.diets_without("chicken")}
    assert "kids" not in {diet.name for diet in OURS.diets_without("violence")}


def test_phrases_stand_in_plural_and_with_a_hyphen_and_never_within_a_word() -> None:
    assert list(phrase("pine nut", "en").find("two pine-nuts")) == [(4, 13)]
    assert list(phrase("berry", "en").find("berries, strawberry")) == [(0, 7)]
    assert list(phrase("soy", "en").find("sour")) == []
    assert list(phrase("leder*", "de").find("lederjacke")) == [(0, 10)]
    assert phrase("leder*", "de").tokens == (f"leder{ANY}",)
    assert list(phrase("牛肉", "zh").find("炖牛肉")) == [(1, 3)]


def test_plurals_that_spelling_does_not_tell_come_from_a_list() -> None:
    assert spellings("goose") == ("goose", "geese")
    assert plain("two geese") == "two goose"


def test_a_file_in_the_workspace_adds_concepts_and_words(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        "concepts:\n"
        "  grain: {sort: food, called: {en: [grain], de: [getreide*]}, kinds: [wheat]}\n"
        "  nut: {holds: {en: [hazel spread]}}\n"
        "diets:\n"
        "  grain-free: {called: {en: [grain-free]}, excludes: [grain]}\n",
        encoding="utf-8",
    )
    grown = load_taxonomy(tmp_path)
    assert grown.named("Getreide", "de") == "grain"
    assert grown.diets["grain-free"].excludes == ("grain",)
    assert {"hazel spread", "almond"} <= set(grown.concepts["nut"].holds["en"])
    assert "grain" not in OURS.concepts


def test_without_such_a_file_ours_counts(tmp_path: Path) -> None:
    assert load_taxonomy(tmp_path) is load_taxonomy() is OURS


@pytest.mark.parametrize(
    "content",
    [
        "- a list",
        "colours: {red: 1}",
        "concepts: {a: [b]}",
        "concepts: {a: {called: [b]}}",
        "concepts: {a: {kinds: [nowhere]}}",
        "concepts: {a: {holds: {en: ['{nowhere} milk']}}}",
        "a: [",
    ],
)
def test_a_file_that_is_not_of_the_form_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError):
        load_taxonomy(tmp_path)


def test_every_concept_and_diet_of_ours_is_found_by_its_own_name() -> None:
    for name in (*OURS.concepts, *OURS.diets):
        assert OURS.named(name) is not None, name


def test_an_empty_taxonomy_knows_nothing() -> None:
    assert Taxonomy({}).named("nut") is None
