"""Feedback: what becomes of one word on an item, and what the catalog knows of what people object to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import RequestError
from agent.people.feedback import MAX_REASON_CHARS, People
from agent.people.objections import Objection
from agent.understand import Vocabulary
from retrieval.channels.lexical import lexical_index
from retrieval.interactions import Interaction
from retrieval.items import Description, Item, Span
from tests.support.shelf import SCHEMA, fill, snapshot

PICTURE = Description("p", "image", "toy", "1", "", (Span("colour", "dark red", 0.8),))
ITEMS = [
    Item("1", "Harbour with boats", category="Landscape"),
    Item("2", "Portrait of a lady", category="Portrait", descriptions=(PICTURE,)),
    Item("3", "Boats in a storm", category="Landscape"),
]


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    shelf = snapshot(ITEMS)
    with fill(tmp_path / "w", ITEMS, {}) as workspace:
        yield People(workspace, shelf, Vocabulary.build(SCHEMA, ITEMS), lexical_index(shelf))


def test_a_word_is_known_by_texts_and_by_what_pictures_show(people: People) -> None:
    assert people.knows("boat")
    assert people.knows("dark")
    assert not people.knows("giraffe")


def test_what_is_objected_to_is_held_by_the_items_with_all_its_words(people: People) -> None:
    boats, red = Objection("boats", "no boats", "1"), Objection("dark red", "no dark red", "2")
    assert people.rows_holding([boats]).tolist() == [0, 2]
    assert people.rows_holding([boats, red]).tolist() == [0, 1, 2]
    assert people.rows_holding([Objection("stormy boats lady", "", "1")]).tolist() == []
    assert people.rows_holding([]).tolist() == []


def test_the_reason_of_a_dislike_names_what_is_not_wanted(people: People) -> None:
    feedback = people.feedback("ada", "1", "dislike", "  too many   boats ")
    assert (feedback.stored, feedback.reason, feedback.objections) == (True, "too many boats", ("boats",))
    assert [objection.words for objection in people.objections("ada")] == ["boats"]
    assert people.objections("ada", "boats at dawn") == ()
    assert people.objections("bob") == ()


def test_a_blank_reason_is_none_and_the_longest_is_kept(people: People) -> None:
    assert people.feedback("ada", "1", "like", " \t").reason is None
    assert people.feedback("ada", "1", "like", "x" * MAX_REASON_CHARS).stored
    with pytest.raises(RequestError, match=f"{MAX_REASON_CHARS + 1:,} characters; {MAX_REASON_CHARS:,} is the most"):
        people.feedback("ada", "1", "like", "x" * (MAX_REASON_CHARS + 1))


def test_a_value_belongs_to_a_rating_alone(people: People) -> None:
    with pytest.raises(RequestError, match="The value 3 is given with the kind 'like'"):
        people.feedback("ada", "1", "like", value=3.0)
    with pytest.raises(RequestError, match="The rating has no value") as caught:
        people.feedback("ada", "1", "rating")
    assert caught.value.hint == "Give a value from 0 to 5."


def test_the_scale_of_ratings_is_the_one_they_are_given_on_here(people: People) -> None:
    people.workspace.store.put_interactions([Interaction("bob", "1", "rating", 8.0)])
    assert people.feedback("ada", "1", "rating", value=10.0).stored
    with pytest.raises(RequestError, match="outside of the scale") as caught:
        people.feedback("ada", "1", "rating", value=10.5)
    assert caught.value.hint == "Give a value from 0 to 10."


def test_nothing_of_who_opted_out_is_kept_though_it_is_told_back(people: People) -> None:
    people.workspace.store.opt_out("ada", True)
    feedback = people.feedback("ada", "1", "dislike", "too many boats")
    assert (feedback.stored, feedback.objections, feedback.reason) == (False, (), "too many boats")
    assert "ada has opted out" in feedback.note
    assert people.profile("ada").n_events == 0
    assert people.objections("ada") == ()


def test_what_is_taken_back_is_counted_also_where_the_item_is_gone(people: People) -> None:
    people.feedback("ada", "3", "like")
    people.feedback("ada", "3", "like")
    people.workspace.store.put_interactions([Interaction("ada", "gone", "save")])
    assert people.withdraw("ada", "gone", "save") == 1
    assert people.withdraw("ada", "3", "like") == 2
    assert people.withdraw("ada", "3", "like") == 0
