"""What came of a turn: what became of the list, and what was said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.answers import Answer, Explanation, Group, Recommendation, Request
from agent.dialogue.state import State
from agent.evaluate.check.turn_outcome import TurnOutcome, holds
from agent.language.messages import Note
from retrieval.items import Item

REQUEST = Request("", "", "en")


def shown(*ids: str) -> tuple[Recommendation, ...]:
    return tuple(
        Recommendation(Item(item_id, item_id), rank, 0.5, Explanation("", ()), {}, rank)
        for rank, item_id in enumerate(ids, start=1)
    )


def outcome(before: tuple[str, ...], after: tuple[str, ...], answer: Answer) -> TurnOutcome:
    nobody: Any = None
    return TurnOutcome(nobody, State(last=before), State(last=after), answer)


@pytest.mark.parametrize(
    ("before", "after", "listed", "does"),
    [
        ((), (), (), {"none"}),
        (("1",), ("1",), (), {"same", "none"}),
        (("1", "2"), ("1", "2"), ("2",), {"same"}),
        (("1", "2"), ("1", "3"), ("1", "3"), {"new"}),
        (("1", "2"), ("3", "4"), ("3", "4"), {"new", "others"}),
        ((), ("1",), ("1",), {"new", "others"}),
        (("1",), ("1",), ("1",), {"same", "new"}),
    ],
)
def test_what_became_of_the_list(
    before: tuple[str, ...], after: tuple[str, ...], listed: tuple[str, ...], does: set[str]
) -> None:
    assert outcome(before, after, Answer(REQUEST, shown(*listed))).does == does


def test_who_asks_back_lists_nothing_and_groups_are_no_new_list() -> None:
    asking = Answer(REQUEST, (), choices=("show me boots",))
    assert outcome((), (), asking).does == {"none", "ask"}
    assert "ask" not in outcome((), ("1",), replace(asking, recommendations=shown("1"))).does
    groups = (Group("tent", ("1",), "1"), Group("unicorn", (), None))
    several = outcome((), ("1",), Answer(REQUEST, shown("1"), groups=groups))
    assert several.does == {"groups"}
    assert several.groups == ("tent",)


@pytest.mark.parametrize("language", ["en", "zh", "de", "ja"])
def test_that_there_is_nothing_is_known_by_our_own_sentence_in_every_language(language: str) -> None:
    said = Note("nothing of the kind", kind="sofas").text_in(language)
    assert outcome((), (), Answer(REQUEST, (), reply=f"{said} X.")).lacking
    assert not outcome((), (), Answer(REQUEST, (), reply="We have three sofas.")).lacking


def test_a_refused_turn_has_done_nothing_and_its_sentence_is_its_reply() -> None:
    nobody: Any = None
    refused = TurnOutcome(nobody, State(last=("1",)), State(last=("1",)), refused="Nothing has been shown yet.")
    assert refused.does == {"same", "none"}
    assert (refused.act, refused.shown, refused.reply) == ("", (), "Nothing has been shown yet.")


def test_a_text_holds_words_that_stand_in_it_together_in_singular_or_plural() -> None:
    assert holds("Two red Boots for snow", "red boot")
    assert holds("一双红色的靴子", "红色")
    assert holds("It costs 45.", "45")
    assert not holds("It costs 145.", "45")
    assert not holds("Hooded", "hood")
    assert not holds("anything", "!")
