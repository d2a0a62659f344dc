"""What journeys are drawn from: kinds that fields name, numbers, values worth refusing, kinds that are not there."""

from __future__ import annotations

import pytest

from agent.evaluate.check.spoken_catalog import SpokenCatalog, SpokenKind, round_up
from agent.recommender import RecommendationAgent


@pytest.fixture(scope="module")
def facts(outdoor_shop: RecommendationAgent) -> SpokenCatalog:
    return SpokenCatalog(outdoor_shop.pipeline)


def jackets(facts: SpokenCatalog) -> SpokenKind:
    return next(kind for kind in facts.kinds("en") if kind.head == "jacket")


def test_kinds_are_those_of_a_field_with_all_their_items(facts: SpokenCatalog) -> None:
    assert facts.language() == "en"
    assert {kind.words for kind in facts.kinds("en")} == {"jackets", "tents", "sleeping bags", "boots"}
    assert jackets(facts).condition == "category=Jackets"
    assert len(jackets(facts).items) == 6


def test_amounts_of_a_kind_go_from_the_least_to_the_most(facts: SpokenCatalog) -> None:
    known = facts.amounts("price", jackets(facts))
    assert known is not None
    assert known[0].name == "price"
    assert [value for value, _ in known[1]] == [45, 60, 120, 160, 210, 330]
    assert facts.amounts("year", jackets(facts)) is None


def test_only_values_that_some_have_and_others_have_not_can_be_refused(facts: SpokenCatalog) -> None:
    refusable = [(field.name, value) for field, value in facts.refusable("colour", jackets(facts))]
    assert refusable == [("colour", "red")]
    assert {value for _, value in facts.refusable("maker", jackets(facts))} == {"Northfell", "Brisk"}


def test_what_the_catalog_lacks_is_named_nowhere_in_it(facts: SpokenCatalog) -> None:
    lacking = facts.lacking("en")
    assert {"sofa", "laptop"} <= set(lacking)
    assert not {"jacket", "tent", "boot", "shoe", "coat"} & set(lacking)
    assert lacking == sorted(lacking)


def test_a_limit_is_as_round_as_it_can_be_without_letting_in_the_next() -> None:
    assert round_up(120, [45, 120, 160]) == 150
    assert round_up(45, [45, 47]) == 46
    assert round_up(60, [60, 330]) == 100
    assert round_up(1305, [1305, 1306]) == 1306
