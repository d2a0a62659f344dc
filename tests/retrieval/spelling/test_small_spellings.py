"""Digits, units, days, yes and no, lists, and what stands for nothing, each by itself."""

from __future__ import annotations

import pytest

from retrieval.spelling.dates import day_of, is_open, order_shown
from retrieval.spelling.decimals import decimal_shown, number_of
from retrieval.spelling.decimals import is_open as has_open_digits
from retrieval.spelling.grammar import folded, months, names, plain, plain_name, words
from retrieval.spelling.lists import entries_of, written_list
from retrieval.spelling.missing import is_missing
from retrieval.spelling.numbers import figure
from retrieval.spelling.truth import truth_of
from retrieval.spelling.units import converted, unit_in, unit_named, units


@pytest.mark.parametrize(
    ("digits", "shown", "value"),
    [
        ("1.299,00", "comma", 1299.0), ("1,299.00", "point", 1299.0), ("12,5", "comma", 12.5),
        ("0.299", "point", 0.299), ("1 299,5", "comma", 1299.5), ("1'299", None, 1299.0),
        ("1.299.000", "comma", 1299000.0), ("12", None, 12.0), ("1,29,900", "point", 129900.0),
        ("1234.567", "point", 1234.567),
    ],
)  # fmt: skip
def test_digits_show_their_decimal_mark(digits: str, shown: str | None, value: float) -> None:
    assert decimal_shown(digits) == shown
    assert number_of(digits, None) == value


def test_three_digits_behind_one_mark_read_either_way() -> None:
    assert has_open_digits("1.299")
    assert (number_of("1.299", "comma"), number_of("1.299", "point")) == (1299.0, 1.299)
    with pytest.raises(ValueError, match=r"1\.299"):
        number_of("1.299", None)


@pytest.mark.parametrize("digits", ["1,2,3", "1.2.3", "1 29", "12.34.567"])
def test_marks_in_odd_places_are_no_number(digits: str) -> None:
    with pytest.raises(ValueError, match=r"1"):
        number_of(digits, None)


@pytest.mark.parametrize(
    "text", ["5 kg and 3 cm", "kg", "5 bananas", "30 x 40", "A5", "1-2", "5 kg 3", "x" * 100 + "1"]
)
def test_what_holds_a_number_is_not_always_one(text: str) -> None:
    assert figure(text) is None


def test_several_units_of_one_measure_are_summed() -> None:
    hours = figure("1 h 30 min")
    assert hours is not None
    assert hours.value(None, unit_named("min")) == 90
    feet = figure("5 ft 10 in")
    assert feet is not None
    assert feet.value(None, unit_named("inch")) == 70


def test_a_unit_is_told_from_others_of_its_name_and_converted_without_noise() -> None:
    kilo, gram = units()["kg"], units()["g"]
    assert converted(900, gram, kilo) == 0.9
    with pytest.raises(ValueError, match="g"):
        converted(1, gram, units()["cm"])
    assert (unit_in("weight_kg"), unit_in("Breite (cm)"), unit_in("m")) == (kilo, units()["cm"], None)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [("31/12/1999", None, "1999-12-31"), ("12/31/99", None, "1999-12-31"), ("1.2.2005", None, "2005-02-01"),
     ("01/02/2005", "day", "2005-02-01"), ("1999-12-31T10:00", None, "1999-12-31T10:00"),
     ("31/12/1999 10:30", None, "1999-12-31"), ("05/05/2005", None, "2005-05-05"),
     ("Friday, 31 December 1999", None, "1999-12-31"), ("1 de mayo de 2005", None, "2005-05-01")],
)  # fmt: skip
def test_a_day_is_read_by_the_order_it_shows_or_that_of_its_column(text: str, order: str | None, day: str) -> None:
    assert day_of(text, order) == day  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["01/02/2005", "31/31/2005", "1999", "1999-12", "32. Mai 2005", "12.5", "1/2", "x" * 50]
)
def test_what_is_no_single_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        day_of(text)


def test_an_order_shows_where_a_number_is_no_month() -> None:
    assert (order_shown("31/12/1999"), order_shown("12/31/1999"), order_shown("01/02/2005")) == ("day", "month", None)
    assert is_open("01/02/2005")
    assert not is_open("01.02.2005")


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("Y", True),
        ("nein", False),
        ("OUI", True),
        ("sí", True),
        ("否", False),
        ("1", True),
        ("0", False),
        ("maybe", None),
    ],
)
def test_yes_and_no_in_five_languages(text: str, truth: bool | None) -> None:
    assert truth_of(text) is truth


@pytest.mark.parametrize(
    "text", ["N/A", "-", "—", "null", "NaN", "None", "?", "#N/A", "(no genres listed)", "k. A.", r"\N"]
)
def test_what_stands_for_nothing_is_nothing(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize("text", ["0", "no", "Nada", "Nancy", "NA", "unknown", "a - b", ""])
def test_what_is_a_value_stays_one(text: str) -> None:
    assert not is_missing(text)


@pytest.mark.parametrize(
    ("text", "entries"),
    [("['a', 'b']", ["a", "b"]), ('["a", 3]', ["a", "3"]), ("[]", []), ("('a',)", ["a"]), ("[1", None),
     ("{'a': 1}", None), ("[['a'], ['b']]", None), ("[a, b]", None), ("__import__('os')", None)],
)  # fmt: skip
def test_lists_of_other_programs_are_read_and_nothing_is_run(text: str, entries: list[str] | None) -> None:
    assert written_list(text) == entries


def test_without_a_separator_bars_part_entries_or_else_semicolons() -> None:
    assert entries_of("a|b; c", None) == ["a", "b; c"]
    assert entries_of("a; b;", None) == ["a", "b"]
    assert entries_of("a, b", ",") == ["a", "b"]
    assert entries_of("plain", "json") == ["plain"]


def test_words_are_folded_and_columns_have_plain_names() -> None:
    assert folded(" Ca. ") == "ca"
    assert plain("１２\u202f３００\u2212") == "12 300-"
    assert plain_name("inStock_now") == "in stock now"
    assert names("flags", "is_vegan")
    assert not names("flags", "vision")
    assert months()["dez"] == 12
    assert "gratis" in words("free", "prices")
