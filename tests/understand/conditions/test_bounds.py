"""Bounds: a number with words of comparison is a condition on the field that it measures."""

from __future__ import annotations

import pytest

from agent.evaluate.understanding import gold_vocabulary
from agent.understand.conditions.amounts import amounts
from agent.understand.conditions.bounds import BoundReader, FieldBound, UnplacedBound
from agent.understand.conditions.periods import periods
from agent.understand.tokens import flat
from agent.understand.vocabulary import Vocabulary

SHOP, MUSEUM = gold_vocabulary("shop"), gold_vocabulary("museum")


def bounds(text: str, vocabulary: Vocabulary = SHOP) -> list[FieldBound | UnplacedBound]:
    low = flat(text)
    return list(BoundReader(low, vocabulary, vocabulary.find(low)).read(amounts(low), periods(low)))


def only(text: str, vocabulary: Vocabulary = SHOP) -> FieldBound:
    (bound,) = bounds(text, vocabulary)
    assert isinstance(bound, FieldBound)
    return bound


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("under 50 euros", "price<50"),
        ("not more than 30 euros", "price<=30"),
        ("about 100 euros", "price 80..120"),
        ("between 40 and 60 cm wide", "width_cm 40..60"),
        ("at least 4 stars", "rating>=4"),
        ("weighs about 2 kg", "weight_kg 1.6..2.4"),
    ],
)
def test_a_comparison_is_a_condition_and_covers_all_its_words(text: str, condition: str) -> None:
    bound = only(text)
    assert f"{bound.field.name}{bound.condition}" == condition
    assert text[bound.start : bound.end] == text


def test_a_number_without_a_unit_is_less_sure_than_one_with_it() -> None:
    assert only("a lamp under 50").sure < only("a lamp under 50 euros").sure


def test_a_year_is_told_from_a_price_by_what_compares_it() -> None:
    bound = only("painted before 1900", MUSEUM)
    assert (bound.field.name, bound.condition) == ("year", "<1900")


def test_a_period_is_a_stretch_of_years() -> None:
    bound = only("from the 1920s", MUSEUM)
    assert (bound.field.name, bound.condition.strip()) == ("year", "1920..1929")


def test_a_period_that_is_ruled_out_says_why_it_is_no_condition() -> None:
    (unplaced,) = bounds("not from the 19th century", MUSEUM)
    assert isinstance(unplaced, UnplacedBound)
    assert unplaced.why == "rules out a stretch of years, which no filter can"


def test_a_number_of_things_is_told_by_no_field() -> None:
    (unplaced,) = bounds("over 5 chairs")
    assert isinstance(unplaced, UnplacedBound)
    assert unplaced.why == "is told by no field of the catalog"


def test_a_range_that_ends_before_it_begins_is_none() -> None:
    assert not [bound for bound in bounds("between 90 and 50 euros") if isinstance(bound, FieldBound)]


def test_a_period_that_no_field_tells_is_said_to_be_told_by_none() -> None:
    (unplaced,) = bounds("from the 1920s")
    assert isinstance(unplaced, UnplacedBound)
    assert unplaced.why == "is told by no field of the catalog"
