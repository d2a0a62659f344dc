"""Amounts: numbers as people write them, and what they measure."""

from __future__ import annotations

import pytest

from agent.understand.conditions.amounts import Amount, amount_text, amounts, chinese_number
from agent.understand.lexicon import lexicon


def only(text: str) -> Amount:
    (amount,) = amounts(text)
    return amount


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("€1,299.50", 1299.5, "money"),
        ("a hundred and twenty euros", 120, "money"),
        ("half a thousand", 500, None),
        ("12k", 12_000, None),
        ("两千五百块", 2500, "money"),
        ("2 h 15 min", 135, "time"),
        ("40 cm", 40, "length"),
    ],
)
def test_a_number_has_its_value_and_what_its_unit_measures(text: str, value: float, dimension: str | None) -> None:
    amount = only(text)
    assert (amount.value, amount.dimension) == (value, dimension)
    assert (amount.start, amount.end) == (0, len(text))


def test_a_plus_behind_a_number_is_remembered_and_its_unit_still_read() -> None:
    amount = only("4+ stars")
    assert (amount.value, amount.plus, amount.dimension) == (4, True, "stars")


def test_an_ordinal_is_no_amount() -> None:
    assert amounts("第三个") == []


@pytest.mark.parametrize(
    ("numerals", "value"),
    [
        ("一百五", 150),
        ("两千零三", 2003),
        ("一九九八", 1998),
        ("三万", 30_000),
        ("十", 10),
        ("二十五", 25),
        ("一万零五", 10_005),
    ],
)
def test_chinese_numerals_are_numbers(numerals: str, value: float) -> None:
    assert chinese_number(numerals) == value


def test_a_value_is_converted_into_the_unit_of_a_field() -> None:
    inch, kilo = lexicon().units["inch"], lexicon().units["kg"]
    assert only("20 inches").measured("length", lexicon().units["cm"]) == 50.8
    assert only("20 inches").measured("length", inch) == 20
    assert only("500 g").measured("weight", kilo) == 0.5


def test_what_measures_something_else_has_no_value_there() -> None:
    assert only("20 inches").measured("weight", lexicon().units["kg"]) is None
    assert only("50 euros").measured("length", None) is None


def test_a_bare_number_fits_every_field() -> None:
    assert only("20").measured("length", lexicon().units["cm"]) == 20


def test_a_short_unit_is_read_as_the_field_beside_it_wants() -> None:
    assert only("16 g").measured("memory", lexicon().units["gb"]) == 16
    assert only("2 pounds").measured("weight", lexicon().units["kg"]) == 0.9072


@pytest.mark.parametrize(("text", "year"), [("1998", 1998), ("999", None), ("2101", None), ("1998 cm", None)])
def test_a_bare_number_of_four_digits_may_be_a_year(text: str, year: int | None) -> None:
    assert only(text).year() == year


@pytest.mark.parametrize(("value", "text"), [(50.0, "50"), (1 / 3, "0.333333"), (1299.5, "1299.5")])
def test_a_value_is_written_as_filters_write_numbers(value: float, text: str) -> None:
    assert amount_text(value) == text
