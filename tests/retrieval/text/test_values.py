"""Values read from text, and written as text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.items import Value
from retrieval.text.values import as_text, number_text, parse_date, parse_number


def readable(read: Callable[[Any], object], value: object) -> bool:
    """Whether a value can be read at all; nothing but a `ValueError` says that it cannot."""
    try:
        read(value)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "number"), [("5", 5.0), ("-5.", -5.0), ("+.5", 0.5), ("1e3", 1000.0), ("0005", 5.0), ("1e-400", 0.0)]
)
def test_a_number_has_a_point_for_decimals(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", ".", "1,5", "1_000", " 1", "nan", "inf", "1e999", "٣", "0x10", "9" * 401])
def test_what_spells_no_number_is_none(text: str) -> None:
    assert not readable(parse_number, text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1999-12-31", date(1999, 12, 31)),
        ("2000-02-29T23:59:59Z", date(2000, 2, 29)),
        ("2000-01-01 10:00", date(2000, 1, 1)),
    ],
)
def test_a_date_may_have_a_time_behind_it(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["", "1999", "1999-12", "31.12.1999", "1999-02-29", "19991231", "1999-12-31x"])
def test_what_is_no_iso_date_is_refused(text: str) -> None:
    assert not readable(parse_date, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), (("a", "b"), "a, b"), ((), ""), (True, "true"), (2.0, "2"), (2.5, "2.5"), (1e20, "1e+20"), (7, "7")],
)
def test_values_are_written_as_people_write_them(value: Value, text: str) -> None:
    assert as_text(value) == text


@given(st.floats(-1e15, 1e15, exclude_min=True, exclude_max=True))
def test_the_text_of_a_number_reads_back_as_the_same_number(number: float) -> None:
    text = number_text(number)
    assert parse_number(text) == number
    assert not text.endswith(".0")
