"""The journal of an answer: laps, moments, notes, and what is told."""

from __future__ import annotations

from agent.answers import Answer, Event, Explanation, Group, Recommendation, Request
from agent.language.messages import Note
from agent.pipeline.journal import Journal
from retrieval.items import Item

REQUEST = Request("boats", "boats", "en")
BOAT, LAMP = Item("1", "Boat"), Item("2", "Lamp")
ANSWER = Answer(REQUEST, ())


def test_the_journal_tells_laps_and_moments_in_order() -> None:
    events: list[Event] = []
    journal = Journal(events.append)
    journal.lap("perceive")
    journal.lap("retrieve")
    journal.status(Note("listening"), "en")
    journal.final(ANSWER)
    assert list(journal.laps) == ["perceive", "retrieve"]
    assert all(seconds >= 0 for seconds in journal.laps.values())
    assert [event.kind for event in events] == ["status", "final"]
    assert 0 <= events[0].at_s <= events[1].at_s
    assert events[1].answer is ANSWER


def test_a_list_is_told_again_only_when_it_has_changed() -> None:
    events: list[Event] = []
    journal = Journal(events.append)
    journal.candidates(REQUEST, (BOAT, LAMP))
    journal.candidates(REQUEST, (BOAT, LAMP))
    journal.candidates(REQUEST, (LAMP, BOAT))
    assert [event.items for event in events] == [(BOAT, LAMP), (LAMP, BOAT)]


def test_each_item_is_told_with_what_the_answer_begins_with() -> None:
    events: list[Event] = []
    journal, groups = Journal(events.append), (Group("boat", ("1",), "1"),)
    journal.lead(("Noted.",))
    journal.lead(("One that fits.", ""), groups)
    journal.item(Recommendation(BOAT, 1, 1.0, Explanation("A boat.", ()), {}, 1))
    assert (events[0].reply, events[0].groups) == ("Noted. One that fits.", groups)
    assert journal.reply == events[0].reply


def test_that_nothing_was_found_is_told_too() -> None:
    events: list[Event] = []
    Journal(events.append).candidates(REQUEST, ())
    assert [event.items for event in events] == [()]


def test_where_nobody_listens_the_notes_and_laps_are_kept_all_the_same() -> None:
    journal = Journal()
    journal.status(Note("listening"), "en")
    journal.notes.append("shortened")
    journal.lap("perceive")
    assert journal.notes == ["shortened"]
    assert "perceive" in journal.laps
