"""Moves: what references, likings and criticism ask of the items that are shown next."""

from __future__ import annotations

import numpy as np
import pytest

from agent.config import AgentConfig
from agent.dialogue.critiques import Critique
from agent.dialogue.moves import Moves, item_meant, moves_of
from agent.dialogue.shared_values import SharedValue
from agent.dialogue.state import State
from agent.errors import RequestError
from agent.understand import Reference, Sentiment, Vocabulary
from agent.understand.measures import LIKE_ITEM, QUALITY, Measures
from retrieval.items import Item
from tests.support.shelf import SCHEMA, WordEncoder, snapshot, word_models

TITLES = ("red boat", "red boat at sea", "blue lamp", "green chair")
ITEMS = [
    Item(str(at), title, price=10.0 * at if at else None, attributes={"maker": "Ann"} if at != 2 else {})
    for at, title in enumerate(TITLES)
]
MEASURES = Measures(
    snapshot(ITEMS, {"text": WordEncoder().encode(list(TITLES))}),
    Vocabulary.build(SCHEMA, ITEMS),
    word_models(AgentConfig(llm="none")),
)
SHOWN = State(last=("1", "2", "3"), picture=("a.jpg",))


def cheaper(words: str = "cheaper") -> Critique:
    return Critique("price", "", "<", words, 0, len(words))


def moves(*requests: object, state: State = SHOWN, **more: object) -> Moves:
    def of(kind: type) -> list[object]:
        return [request for request in requests if isinstance(request, kind)]

    return moves_of(of(Reference), of(Sentiment), of(Critique), state, MEASURES, shares=of(SharedValue), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("target", "item"), [(1, "1"), (3, "3"), (-1, "3"), (-2, "2"), (0, "2"), ("last", "1")])
def test_an_item_is_meant_by_its_place_in_the_list_shown_last(target: int, item: str) -> None:
    assert item_meant(target, "it", SHOWN, MEASURES) == item
    assert item_meant("last", "it", State(last=("1",), focus="2"), MEASURES) == "2"
    assert item_meant("last", "it", State(), MEASURES) is None


@pytest.mark.parametrize(
    ("target", "state", "what"),
    [
        (1, State(), "the first"),
        (4, SHOWN, "the first"),
        (-4, SHOWN, "the first"),
        (1, State(last=("gone",)), "gone"),
    ],
)
def test_pointing_at_what_is_not_there_is_told(target: int, state: State, what: str) -> None:
    with pytest.raises(RequestError, match=what) as caught:
        item_meant(target, "the first", state, MEASURES)
    assert caught.value.hint


def test_an_item_that_is_liked_draws_towards_it_and_a_disliked_one_away() -> None:
    liked, disliked = moves(Reference(1, "like", "like the first")), moves(Sentiment(3, -1, "I hate the third"))
    assert (liked.liked, liked.disliked, liked.focus) == (["1"], [], "1")
    assert (disliked.liked, disliked.disliked) == ([], ["3"])
    ((first,), (third,)) = (liked.bounds, disliked.bounds)
    assert (first.measure, first.op, third.measure, third.op) == (f"{LIKE_ITEM}1", ">", f"{LIKE_ITEM}3", "<")


def test_what_is_pointed_at_twice_counts_once_as_it_was_pointed_at_first() -> None:
    result = moves(Reference(1, "unlike", "not like the first"), Sentiment(1, 1, "like the first"))
    assert (result.liked, result.disliked) == ([], ["1"])


def test_the_picture_sent_last_is_pointed_at_where_there_is_one() -> None:
    assert moves(Reference("picture", "like", "like the picture")).picture
    without = moves(Reference("picture", "like", "like the picture"), state=State(last=("1",)))
    assert (without.picture, without.liked) == (False, ["1"])


def test_a_comparison_with_an_item_is_a_must_have_of_a_field() -> None:
    result = moves(Reference(2, "compare", "cheaper than the second", "price", "<"))
    assert [must.filter for must in result.must_haves] == ["price<20"]
    assert result.focus == "2"


def test_criticism_of_the_whole_list_goes_by_its_middle() -> None:
    assert [must.filter for must in moves(cheaper()).must_haves] == ["price<20"]
    assert [must.filter for must in moves(cheaper(), spoken_of=3).must_haves] == ["price<30"]
    praised = moves(Sentiment(1, 1, "I like the first"), cheaper())
    assert [must.filter for must in praised.must_haves] == ["price<10"]


def test_what_cannot_be_measured_is_told_and_nothing_is_asked() -> None:
    unmeasured = moves(Critique("weight", "", "<", "lighter", 0, 7))
    untold = moves(Reference(1, "compare", "cheaper than the first", "price", "<"), state=State(last=("0",)))
    assert not unmeasured
    assert not untold
    assert any("lighter" in note for note in unmeasured.notes)
    assert any("red boat" in note for note in untold.notes)


def test_a_quality_in_words_is_moved_towards_or_away_from() -> None:
    more, less = (moves(Critique("", "blue", op, f"{op} blue", 0, 4)) for op in (">", "<"))
    assert (more.qualities, more.against) == (["blue"], [])
    assert (less.qualities, less.against) == ([], ["blue"])
    (bound,) = more.bounds
    shown = MEASURES.of(f"{QUALITY}blue")[[1, 2, 3]]
    assert (bound.measure, bound.op, bound.value) == (f"{QUALITY}blue", ">", pytest.approx(np.mean(shown)))


def test_the_same_value_as_an_item_has_is_a_must_have_or_told_to_be_unknown() -> None:
    result = moves(SharedValue(("maker",), 1, "the same maker", 0, 14))
    assert [must.filter for must in result.must_haves] == ["maker=Ann"]
    untold = moves(SharedValue(("maker",), 2, "the same maker", 0, 14))
    assert not untold
    assert any("blue lamp" in note for note in untold.notes)


def test_a_turn_that_asks_nothing_of_the_kind_has_no_moves() -> None:
    assert not moves()
    assert not moves(cheaper(), state=State())
