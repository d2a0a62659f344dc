"""Titles: where a text quotes a work or names it with its year."""

from __future__ import annotations

import pytest

from agent.understand.titles import titles


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("something like 30 Minutes or Less (2011) please", "30 Minutes or Less (2011)"),
        ("I liked “Under 90 Minutes” a lot", "“Under 90 Minutes”"),
        ('I liked "The Red House" a lot', '"The Red House"'),
        ("像《红楼梦》那样的书", "《红楼梦》"),
    ],
)
def test_a_title_is_found_whole(text: str, title: str) -> None:
    (span,) = titles(text)
    assert text[slice(*span)] == title


@pytest.mark.parametrize("text", ['a shelf 5" wide and 6" deep', "Lamps (20 of them)", "made in (1400)", "“”", "plain"])
def test_inches_and_other_numbers_are_no_titles(text: str) -> None:
    assert list(titles(text)) == []
