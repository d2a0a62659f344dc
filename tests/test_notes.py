"""Notes: what an answer must admit."""

from __future__ import annotations

from pathlib import Path

import pytest
from shelf import candidate, numbered

from agent.answers import UserTurn
from agent.notes import shortfalls
from agent.rerank import Scored, unranked
from retrieval.candidates import Candidate, ChannelScore
from retrieval.storage.index import VectorIndex


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


def test_who_asks_is_told_that_nothing_is_known_of_them(index: VectorIndex) -> None:
    (note,) = shortfalls(UserTurn("boats", user="ada", k=1), chosen(1), index)
    assert "ada" in note
