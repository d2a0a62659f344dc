"""Notes: what an answer must admit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.answers import UserTurn
from agent.explain.caveats import picture_notes, shortfalls, taste_notes
from agent.media.decoded import Picture
from agent.people.taste import NO_TASTE
from agent.perceive.perception import Sight
from agent.perceive.request import Perceived
from agent.rerank.scored import Scored, unranked
from retrieval.candidates import Candidate, ChannelScore
from retrieval.items import Description
from retrieval.query import History
from retrieval.storage.index import VectorIndex
from tests.support.shelf import candidate, numbered

PAST = replace(NO_TASTE, past=History(np.array([3]), np.array([1.0], dtype=np.float32)))


@pytest.fixture
def index(tmp_path: Path) -> VectorIndex:
    return VectorIndex(tmp_path / "chroma")


def chosen(n: int, **channels: float) -> list[Scored]:
    return unranked([candidate(item, **channels) for item in numbered(n)])


@pytest.mark.parametrize(
    ("n", "filters", "note"),
    [
        (0, (), "Nothing in the catalog matches the request."),
        (0, ("price<=5", "tags has sea"), "No item meets price<=5 and tags has sea."),
        (1, ("price<=5",), "Only 1 item meets price<=5."),
        (2, ("price<=5",), "Only 2 items meet price<=5."),
        (1, (), "Only 1 item of 3 could be found."),
        (2, (), "Only 2 items of 3 could be found."),
    ],
)
def test_fewer_items_than_wanted_are_counted(n: int, filters: tuple[str, ...], note: str, index: VectorIndex) -> None:
    assert list(shortfalls(UserTurn("boats", filters=filters, k=3), chosen(n), index)) == [note]


def test_a_full_answer_needs_no_note(index: VectorIndex) -> None:
    assert list(shortfalls(UserTurn("boats", k=3), chosen(3, visual=0.9), index)) == []


@pytest.mark.parametrize("likeness", [0.2, 0.0, -0.3])
def test_a_picture_that_nothing_is_like_is_admitted(likeness: float, index: VectorIndex) -> None:
    (note,) = shortfalls(UserTurn(images=("a.jpg",), k=2), chosen(2, visual=likeness), index)
    assert note == f"Nothing in the catalog looks much like the picture (best likeness {likeness:.2f})."


def test_items_without_pictures_say_nothing_about_likeness(index: VectorIndex) -> None:
    without = Candidate(numbered(1)[0], 0, 0.5, {"visual": ChannelScore(None, None, 1.0, 0.0)})
    assert list(shortfalls(UserTurn(images=("a.jpg",), k=1), unranked([without]), index)) == []


def test_an_index_that_is_off_is_admitted_with_the_reason(index: VectorIndex) -> None:
    index.give_up("Chroma failed")
    (note,) = shortfalls(UserTurn("boats", k=1), chosen(1), index)
    assert "exact search answered" in note
    assert "Chroma failed" in note


def test_what_is_noted_of_a_taste_is_told() -> None:
    taste = replace(NO_TASTE, notes=("Nothing is known of ada yet.",))
    assert list(taste_notes(UserTurn("boats", user="ada"), taste, chosen(1))) == ["Nothing is known of ada yet."]


def test_a_past_that_nobody_shares_is_told() -> None:
    (note,) = taste_notes(UserTurn(user="ada"), PAST, chosen(2, text=0.5))
    assert "What others chose says nothing yet of what ada likes" in note


def test_items_that_nobody_has_touched_are_counted() -> None:
    new = Candidate(numbered(1)[0], 0, 0.5, {"collaborative": ChannelScore(None, None, 1.0, 0.0)})
    shown = [*unranked([new]), *chosen(1, collaborative=0.4)]
    assert list(taste_notes(UserTurn(user="ada"), PAST, shown)) == [
        "1 item is here by likeness alone: nobody has chosen it yet."
    ]


def test_an_answer_to_words_is_not_said_to_go_by_likeness() -> None:
    (note,) = taste_notes(UserTurn("boats", user="ada"), PAST, chosen(2, text=0.5))
    assert note.endswith("the answer goes by the request alone.")


def test_nothing_is_noted_of_a_past_that_others_share() -> None:
    assert list(taste_notes(UserTurn(user="ada"), PAST, chosen(2, collaborative=0.4))) == []


def test_a_picture_without_words_is_admitted_with_who_had_none() -> None:
    def seen(text: str) -> Sight:
        picture = Picture("a" * 64, np.zeros((2, 2, 3), dtype=np.uint8), 2, 2)
        return Sight(picture, np.zeros(4, dtype=np.float32), None, Description(picture.sha256, "image", "m", "1", text))

    assert list(picture_notes(Perceived((seen("A boat."),)))) == []
    assert list(picture_notes(Perceived((seen("A boat."), seen(""))))) == [
        "A picture could not be described by m, and counted by looks alone."
    ]


def test_a_picture_that_breaks_off_is_admitted() -> None:
    picture = Picture("a" * 64, np.zeros((2, 2, 3), dtype=np.uint8), 2, 2, flaw="breaks off before its end")
    words = Description(picture.sha256, "image", "m", "1", "A boat.")
    cut = Sight(picture, np.zeros(4, dtype=np.float32), None, words)
    assert list(picture_notes(Perceived((cut,)))) == [
        "A picture breaks off before its end; what there is of it was looked at."
    ]
