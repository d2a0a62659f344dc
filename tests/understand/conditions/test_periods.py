"""Periods: decades and centuries as years."""

from __future__ import annotations

import pytest

from agent.understand.conditions.periods import LATEST, Period, periods


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("19th century", 1801, 1900),
        ("the nineteenth century", 1801, 1900),
        ("十九世纪", 1801, 1900),
        ("the 1920s", 1920, 1929),
        ("the 80s", 1980, 1989),
        ("the '10s", 2010, 2019),
        ("the early twenties", 1920, 1929),
        ("the 1900s", 1900, 1999),
        ("the 2000s", 2000, 2009),
        ("90年代", 1990, 1999),
        ("上世纪80年代", 1980, 1989),
        ("19世纪70年代", 1870, 1879),
    ],
)
def test_a_decade_or_century_has_its_first_and_last_year(text: str, first: int, last: int) -> None:
    (period,) = periods(text)
    assert (period.first, period.last) == (first, last)


def test_neighbours_said_in_one_breath_are_one_period() -> None:
    text = "films of the 80s or 90s"
    (period,) = periods(text)
    assert (period.first, period.last) == (1980, 1999)
    assert text[period.start : period.end] == "80s or 90s"


def test_periods_with_a_gap_between_them_stay_two() -> None:
    assert [(period.first, period.last) for period in periods("the 1960s and the 1980s")] == [
        (1960, 1969),
        (1980, 1989),
    ]


def test_a_period_that_has_not_come_is_none() -> None:
    assert periods(f"the {LATEST // 100 + 2}nd century") == []


@pytest.mark.parametrize("text", ["twenty chairs", "90 cm", "1920", "a century"])
def test_other_numbers_are_no_periods(text: str) -> None:
    assert periods(text) == []


def test_a_period_says_where_it_stands() -> None:
    assert periods("made in the 1920s, please") == [Period(1920, 1929, 12, 17)]
