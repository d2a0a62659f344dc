"""What kind of catalog it is, by a rule that can be explained."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.pictures.domain import COLUMNS, DOMAINS, WORDS, Domain, choose_domain, domain_of
from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.text.words import words

ROW = ("id", "title", "description", "image", "category")


@pytest.mark.parametrize(
    ("columns", "texts", "domain"),
    [
        (["price", "brand"], ["Summit Jacket", "Alpine Helmet"], "product"),
        ([], ["Running shoes", "Blue tent", "Tin whistle"], "product"),
        (["artist", "medium", "date"], ["The Dancers", "Boating"], "artwork"),
        (["director", "cast", "year"], ["Boating Drama", "The Jacket Thriller"], "film"),
        (["ingredients", "servings"], ["Apple pie", "Couscous"], "food"),
        (["price"], ["Tomato soup", "Caesar salad", "Roast lamb"], "food"),
        (["price", "artist", "medium", "period"], ["Boating", "Venice"], "artwork"),
        ([], ["Monday", "Tuesday"], "generic"),
        (["artist", "director"], [], "generic"),
        ([], [], "generic"),
    ],
)
def test_columns_and_words_decide(columns: list[str], texts: list[str], domain: Domain) -> None:
    assert domain_of([*ROW, *columns], texts).domain == domain


def test_the_reason_names_what_decided() -> None:
    choice = domain_of([*ROW, "imdb_id", "runtime"], ["A drama", "Untitled"])
    assert choice.domain == "film"
    assert choice.reason == "columns that say imdb, runtime and 50% of titles and categories speak for it"


def test_a_domain_named_in_the_settings_is_taken_whatever_the_catalog_holds() -> None:
    choice = choose_domain("film", Schema([Field.of("ingredients", "list")]), [Item("1", "Apple pie")])
    assert (choice.domain, choice.reason) == ("film", "named in the settings")


def test_a_catalog_decides_by_its_fields_its_titles_and_its_categories() -> None:
    items = [Item("1", "Älplermagronen", category="pasta"), Item("2", "Torrijas", category="dessert")]
    assert choose_domain("auto", Schema([Field.of("author", "text")]), items).domain == "food"
    assert choose_domain("auto", Schema([Field.of("price", "number")]), []).domain == "product"


@given(st.lists(st.text()), st.lists(st.text()))
def test_every_catalog_has_a_domain_and_a_reason(columns: list[str], texts: list[str]) -> None:
    choice = domain_of(columns, texts)
    assert choice.domain in DOMAINS
    assert choice.reason


def test_the_rules_words_are_such_as_texts_are_cut_into() -> None:
    for known in (*COLUMNS.values(), *WORDS.values()):
        assert known == frozenset(words(" ".join(known)))
