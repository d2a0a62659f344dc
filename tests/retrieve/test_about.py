"""What the shop says of itself: the passage that answers, as it stands there, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.retrieve.about import FILE, QUOTED, About, AboutPassage, about_passages
from tests.support.shelf import turn_encoder

TEXT = """# Delivery

Parcels leave our house on the day of the order.
They arrive within three days.

- Bulky goods come by van.
- Islands take a week.

## Returns
You may send things back within thirty days.
"""


@pytest.fixture
def about(tmp_path: Path) -> About:
    path = tmp_path / FILE
    path.write_text(TEXT, encoding="utf-8")
    return About(path, turn_encoder())


def test_paragraphs_and_points_are_passages_under_the_heading_above_them() -> None:
    assert about_passages(TEXT) == (
        AboutPassage("Delivery", "Parcels leave our house on the day of the order. They arrive within three days."),
        AboutPassage("Delivery", "Bulky goods come by van."),
        AboutPassage("Delivery", "Islands take a week."),
        AboutPassage("Returns", "You may send things back within thirty days."),
    )


def test_plain_words_are_passages_too_and_nothing_has_none() -> None:
    assert about_passages("Open from nine to five.\n\nClosed on Mondays.") == (
        AboutPassage("", "Open from nine to five."),
        AboutPassage("", "Closed on Mondays."),
    )
    assert about_passages("# Only a heading\n") == ()


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("can I send things back?", "thirty days"),
        ("what is your return policy?", "thirty days"),
        ("how do bulky goods come?", "by van"),
        ("¿puedo devolver las cosas?", "thirty days"),
    ],
)
def test_a_question_is_answered_by_the_passage_in_whatever_language_it_comes(
    about: About, question: str, passage: str
) -> None:
    answer = about.answer(question)
    assert answer is not None
    assert passage in answer


def test_what_the_shop_does_not_say_is_not_made_up(about: About) -> None:
    assert about.answer("who painted the ceiling of the chapel?") is None


def test_a_shop_without_texts_says_nothing(tmp_path: Path) -> None:
    assert About(tmp_path / FILE, turn_encoder()).answer("do you deliver?") is None


def test_a_long_passage_is_cut(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("We deliver to " + "every village and " * 100, encoding="utf-8")
    answer = About(tmp_path / FILE, turn_encoder()).answer("do you deliver to every village?")
    assert answer is not None
    assert len(answer) == QUOTED
