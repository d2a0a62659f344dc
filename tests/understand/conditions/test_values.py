"""Values: what a request names of the catalog's own values, and how plainly it asks for it."""

from __future__ import annotations

import pytest

from agent.evaluate.understanding import gold_vocabulary
from agent.understand.conditions.values import BARE, EXACT, MISSPELLED, PART, Choice, choices
from agent.understand.tokens import flat
from agent.understand.vocabulary import Vocabulary

SHOP, MUSEUM = gold_vocabulary("shop"), gold_vocabulary("museum")


def choices_in(text: str, vocabulary: Vocabulary = SHOP, taken: tuple[tuple[int, int], ...] = ()) -> list[Choice]:
    low = flat(text)
    return list(choices(low, vocabulary.find(low), taken))


def only(text: str, vocabulary: Vocabulary = SHOP) -> Choice:
    (choice,) = choices_in(text, vocabulary)
    return choice


@pytest.mark.parametrize(
    ("text", "field", "conditions"),
    [
        ("in red or blue", "colour", [("in", ("red", "blue"))]),
        ("only red", "colour", [("=", ("red",))]),
        ("no leather", "material", [("!=", ("leather",))]),
        ("nothing in grey or black", "colour", [("not in", ("grey", "black"))]),
        ("foldable and handmade only", "features", [("has", ("foldable",)), ("has", ("handmade",))]),
        ("no foldable", "features", [("has not", ("foldable",))]),
        ("in stock", "in_stock", [("=", ("true",))]),
        ("not in stock", "in_stock", [("=", ("false",))]),
    ],
)
def test_a_choice_has_the_operators_of_its_field(
    text: str, field: str, conditions: list[tuple[str, tuple[str, ...]]]
) -> None:
    choice = only(text)
    assert choice.field.name == field
    assert list(choice.conditions()) == conditions
    assert text[choice.start : choice.end] == text


def test_a_bare_value_is_hardly_sure_and_a_demanded_one_is() -> None:
    assert {choice.sure for choice in choices_in("a red chair")} == {BARE}
    assert only("in red").sure == EXACT


def test_a_part_of_a_name_and_a_slip_of_the_finger_make_it_less_sure() -> None:
    assert only("by monet", MUSEUM).sure == PART
    assert only("in turqoise").sure == MISSPELLED


def test_what_is_only_permitted_is_no_condition() -> None:
    assert choices_in("red is fine") == []


def test_a_stretch_that_means_something_else_is_left_alone() -> None:
    assert choices_in("in red", taken=((0, 6),)) == []


def test_values_of_different_fields_are_no_one_choice() -> None:
    assert [choice.field.name for choice in choices_in("in red, made of oak")] == ["colour", "material"]


def test_a_name_that_is_all_of_a_turn_or_takes_the_place_of_another_is_a_must() -> None:
    assert only("Monet", MUSEUM).sure >= PART
    assert only("monet then", MUSEUM).sure >= PART
    assert only("Monet instead", MUSEUM).sure >= PART
    assert only("a picture like Monet", MUSEUM).sure == BARE


def test_names_are_refused_wherever_the_words_of_refusal_stand() -> None:
    low = flat("Monet again? skip him")
    (choice,) = choices(low, MUSEUM.find(low), (), refused=[(0, 5)])
    assert next(choice.conditions())[0] == "!="
