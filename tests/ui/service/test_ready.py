"""A turn that is given up half-way: the cards that were ready are its answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.answers import Event, Explanation, Group, Recommendation, Request
from retrieval.items import Item
from ui.errors.refusals import TurnTimeout
from ui.service.markdown import AnswerText
from ui.service.ready import ReadyCards

WISH = Request("boats", "boats", "en")
ITEMS = tuple(Item(str(n), f"Boat {n}") for n in range(1, 4))


def card(rank: int) -> Event:
    reason = Explanation(f"It is boat {rank}.", ())
    recommendation = Recommendation(ITEMS[rank - 1], rank, 0.5, reason, {}, rank)
    groups = (Group("boats", ("1", "2", "3"), "2"),)
    return Event("item", 0.2, recommendation=recommendation, reply="Three boats.", groups=groups)


def cut(*events: Event) -> Iterator[Event]:
    yield from events
    raise TurnTimeout("The answer took longer than 120 seconds.", "Ask for less, or again later.")


FOUND = Event("candidates", 0.1, request=WISH, items=ITEMS)


def test_cards_that_are_ready_are_the_answer_and_what_is_missing_is_said() -> None:
    events = ReadyCards(cut(FOUND, card(3), card(1)))
    *_, last = events
    assert events.cut
    assert last.answer is not None
    assert [(entry.rank, entry.item.id) for entry in last.answer.recommendations] == [(1, "1"), (3, "3")]
    assert last.answer.reply == "Three boats."
    assert last.answer.groups == (Group("boats", ("1", "3"), None),)
    (note,) = last.answer.notes
    assert note.startswith("2 of 3 items were ready in time")
    assert "longer than 120 seconds" in note


def test_without_a_single_card_a_turn_that_takes_too_long_is_an_error() -> None:
    with pytest.raises(TurnTimeout):
        list(ReadyCards(cut(FOUND)))


def test_a_turn_that_ends_in_time_is_passed_on_as_it_is() -> None:
    events = ReadyCards(event for event in (FOUND, card(1)))
    assert [event.kind for event in events] == ["candidates", "item"]
    assert not events.cut


def test_a_reader_that_goes_away_ends_the_turn() -> None:
    ended: list[bool] = []

    def turn() -> Iterator[Event]:
        try:
            yield FOUND
            yield card(1)
        finally:
            ended.append(True)

    events = iter(ReadyCards(turn()))
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert ended == [True]


def test_the_text_of_such_an_answer_holds_every_card_that_was_ready() -> None:
    text = AnswerText("boats", "http://here")
    for event in ReadyCards(cut(FOUND, card(3), card(1))):
        list(text.take(event))
    assert [text.text.count(f"**Boat {n}**") for n in (1, 2, 3)] == [1, 0, 1]
