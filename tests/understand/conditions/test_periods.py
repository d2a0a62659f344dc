"""Periods: decades and centuries as years."""

from __future__ import annotations

import pytest

from agent.understand.conditions.periods import LATEST, Period, periods
from agent.understand.tokens import flat


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


def test_periods_in_one_breath_reach_over_the_gap_between_them() -> None:
    # Two conditions on one field would hold of nothing.
    assert [(period.first, period.last) for period in periods("the 1960s and the 1980s")] == [(1960, 1989)]


def test_periods_of_two_sentences_stay_two() -> None:
    assert len(periods("the 1960s were grey. give me the 1980s")) == 2


@pytest.mark.parametrize(
    ("text", "languages", "years"),
    [
        ("12th or 13th century", ("en",), (1101, 1300)),
        ("between the 12th and 15th centuries", ("en",), (1101, 1500)),
        ("from the twelfth to the fourteenth century", ("en",), (1101, 1400)),
        ("12世纪到14世纪", ("en", "zh"), (1101, 1400)),
        ("12和13世纪", ("en", "zh"), (1101, 1300)),
        ("aus dem 12. oder 13. Jahrhundert", ("de", "en"), (1101, 1300)),
        ("du xiie siecle", ("fr", "en"), (1101, 1200)),
        ("siglos XII y XIII", ("es", "en"), (1101, 1300)),
        ("del xii secolo", ("it", "en"), (1101, 1200)),
        ("seculo XII", ("pt", "en"), (1101, 1200)),
        ("uit de 12e eeuw", ("nl", "en"), (1101, 1200)),
        ("XII век", ("ru", "en"), (1101, 1200)),
        ("12世紀", ("ja", "en"), (1101, 1200)),
        ("12세기", ("ko", "en"), (1101, 1200)),
        ("aus den 70ern", ("de", "en"), (1970, 1979)),
        ("annees 70", ("fr", "en"), (1970, 1979)),
        ("anni 70", ("it", "en"), (1970, 1979)),
    ],
)
def test_centuries_and_decades_are_said_in_many_ways(
    text: str, languages: tuple[str, ...], years: tuple[int, int]
) -> None:
    (period,) = periods(flat(text), languages)
    assert (period.first, period.last) == years


def test_the_age_of_a_person_is_no_decade() -> None:
    assert periods("she is in her 30s") == []


def test_a_period_that_has_not_come_is_none() -> None:
    assert periods(f"the {LATEST // 100 + 2}nd century") == []


@pytest.mark.parametrize("text", ["twenty chairs", "90 cm", "1920", "a century"])
def test_other_numbers_are_no_periods(text: str) -> None:
    assert periods(text) == []


def test_a_period_says_where_it_stands() -> None:
    assert periods("made in the 1920s, please") == [Period(1920, 1929, 12, 17)]
