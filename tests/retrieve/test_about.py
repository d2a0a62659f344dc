"""What the shop says of itself: the passage that answers a question, and none where none does."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.retrieve.about import QUOTED, About, about_passages
from tests.support.shelf import WordEncoder

TEXT = """# Delivery

Parcels leave on Mondays
and Thursdays.

- Norway takes a week.
- Chile takes three.

## Returns
Thirty days, unworn.
"""


@pytest.fixture
def about(tmp_path: Path) -> About:
    file = tmp_path / "about.md"
    file.write_text(TEXT, encoding="utf-8")
    return About(file, WordEncoder())


def test_paragraphs_and_points_are_passages_under_their_headings() -> None:
    assert [(passage.heading, passage.text) for passage in about_passages(TEXT)] == [
        ("Delivery", "Parcels leave on Mondays and Thursdays."),
        ("Delivery", "Norway takes a week."),
        ("Delivery", "Chile takes three."),
        ("Returns", "Thirty days, unworn."),
    ]


def test_a_question_is_answered_by_the_passage_that_is_nearest(about: About) -> None:
    assert about.answer("norway delivery takes a week") == "Norway takes a week."
    assert about.answer("returns within thirty days") == "Thirty days, unworn."


def test_what_no_passage_is_near_to_is_not_answered(about: About, tmp_path: Path) -> None:
    assert about.answer("parking") is None
    assert About(tmp_path / "none.md", WordEncoder()).answer("delivery") is None


def test_a_passage_is_quoted_in_part_where_it_is_long(tmp_path: Path) -> None:
    file = tmp_path / "about.md"
    file.write_text("delivery " * 999, encoding="utf-8")
    assert len(About(file, WordEncoder()).answer("delivery") or "") == QUOTED
