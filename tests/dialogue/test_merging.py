"""Merging: what a turn says joins what was said before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.answers import MustHave, Relaxation, UserTurn
from agent.dialogue.merging import MOST_ITEMS, empty_turn, making_room, merged, puts_name, relaxed, request_of
from agent.dialogue.moves import Moves
from agent.dialogue.state import Bound, State, WishText
from agent.media.decoded import Picture
from agent.perceive import Perceived
from agent.perceive.perception import Sight
from agent.understand import MAX_WISH_CHARS, Understood, Vocabulary, understand
from agent.understand.measures import LIKE_ITEM
from retrieval.items import Description
from retrieval.schema import Field, Schema
from tests.support.shelf import SCHEMA

WORDS = Vocabulary.build(SCHEMA)
BOATS = State(wishes=(WishText("boats", "boats"),), must_haves=(MustHave("price<50", "understood", "under 50", 0.9),))


def seen(text: str) -> Perceived:
    """A picture that shows this."""
    picture = Picture("a", np.zeros((2, 2, 3), np.uint8), 2, 2)
    return Perceived((Sight(picture, np.ones(1, np.float32), None, Description("a", "image", "m", "1", text)),))


def understood(text: str, *filters: str) -> Understood:
    return understand(UserTurn(text, filters=filters), WORDS)


def turned(base: State, text: str, moves: Moves | None = None, wishes: str | None = None) -> State:
    return merged(base, understood(text), moves or Moves(), text if wishes is None else wishes, SCHEMA)


MAKERS = Vocabulary(SCHEMA, {"maker": ("Ardo", "Bexley")})


def test_a_name_makes_room_for_another_that_is_put_in_its_place() -> None:
    base = State(must_haves=(MustHave("maker=Ardo", "understood", "by Ardo", 0.9), *BOATS.must_haves))
    instead = understand(UserTurn("something by Bexley instead"), MAKERS)
    assert [must.filter for must in making_room(base, instead, MAKERS).must_haves] == ["price<50"]
    also = understand(UserTurn("also by Bexley"), MAKERS)
    assert making_room(base, also, MAKERS) == base


def test_others_from_elsewhere_are_not_of_the_maker_asked_before() -> None:
    schema = Schema([Field.of("artist", "category"), Field.of("culture", "category"), Field.of("year", "integer")])
    words = Vocabulary(schema, {"artist": ("Ardo", "Bexley"), "culture": ("Dutch", "Italian")})
    base = State(must_haves=tuple(MustHave(text, "understood", "", 0.9) for text in ("artist=Ardo", "year<1700")))
    for text, left in (
        ("ok other duch paintings now", ["year<1700"]),
        ("a different artist please", ["year<1700"]),
        ("换个画家", ["year<1700"]),
        ("other paintings", ["artist=Ardo", "year<1700"]),
        ("italian ones", ["artist=Ardo", "year<1700"]),
    ):
        room = making_room(base, understand(UserTurn(text), words), words)
        assert [must.filter for must in room.must_haves] == left


def test_a_turn_puts_a_name_in_the_place_of_another_only_with_words_for_it() -> None:
    assert puts_name("all right, Bexley then", MAKERS)
    assert not puts_name("all right then", MAKERS)
    assert not puts_name("by Bexley", MAKERS)


def test_wishes_follow_each_other_and_none_is_kept_twice() -> None:
    state = turned(turned(BOATS, "at dawn"), "boats")
    assert [wish.text for wish in state.wishes] == ["boats", "at dawn"]


def test_a_turn_of_nothing_but_conditions_adds_no_wish() -> None:
    state = turned(BOATS, "under 40", wishes="")
    assert state.wishes == BOATS.wishes
    assert [must.filter for must in state.must_haves] == ["price<40"]


def test_words_of_another_language_are_kept_without_an_english_they_do_not_have() -> None:
    state = turned(State(), "水彩画")
    assert state.wishes == (WishText("水彩画", ""),)
    assert state.language == "zh"
    assert request_of(turned(state, "boats"), understood("boats"), Perceived(), SCHEMA).request.english == ""


def test_what_is_liked_after_all_is_no_longer_disliked_and_only_the_latest_count() -> None:
    state = turned(State(disliked=("1", "2")), "x", Moves(liked=["2"]))
    assert (state.liked, state.disliked) == (("2",), ("1",))
    many = turned(State(), "x", Moves(liked=[str(at) for at in range(MOST_ITEMS + 3)]))
    assert many.liked == tuple(str(at) for at in range(3, MOST_ITEMS + 3))


@given(st.floats(0, 100), st.floats(0, 100), st.sampled_from("<>"))
def test_criticism_said_again_never_asks_for_less(first: float, second: float, op: str) -> None:
    before = Bound("size", op, first, "smaller")  # type: ignore[arg-type]  # one of the two
    again = Bound("size", op, second, "smaller")  # type: ignore[arg-type]
    (bound,) = turned(State(bounds=(before,)), "x", Moves(bounds=[again])).bounds
    assert bound.value == (min if op == "<" else max)(first, second)


def test_the_opposite_criticism_and_likeness_take_the_place_of_the_older() -> None:
    smaller, larger = Bound("size", "<", 5.0, "smaller"), Bound("size", ">", 9.0, "larger")
    assert turned(State(bounds=(smaller,)), "x", Moves(bounds=[larger])).bounds == (larger,)
    near, nearer = (Bound(f"{LIKE_ITEM}1", ">", value, "like it") for value in (0.9, 0.2))
    assert turned(State(bounds=(near,)), "x", Moves(bounds=[nearer])).bounds == (nearer,)


def test_the_request_is_all_that_was_said_and_cut_at_its_older_end() -> None:
    state = turned(BOATS, "at dawn")
    whole = request_of(state, understood("at dawn"), seen("It shows a boat."), SCHEMA)
    assert (whole.request.text, whole.request.english) == ("boats, at dawn", "boats, at dawn")
    assert (whole.request.filters, whole.request.seen) == (("price<50",), ("It shows a boat.",))
    assert [str(condition) for condition in whole.filters] == ["price<50"]
    long = State(wishes=(WishText("x" * MAX_WISH_CHARS, "x"), WishText("boats", "boats")))
    assert request_of(long, understood("boats"), Perceived(), SCHEMA).request.text.endswith("x, boats")
    assert len(request_of(long, understood("boats"), Perceived(), SCHEMA).request.text) == MAX_WISH_CHARS


def test_a_turn_that_adds_nothing_is_empty_in_its_language() -> None:
    nothing = empty_turn("zh")
    assert (nothing.request.text, nothing.request.language, nothing.filters) == ("", "zh", ())


@pytest.mark.parametrize(("instead", "left"), [(None, []), ("price<80", ["price<80"])])
def test_what_is_given_up_goes_and_what_takes_its_place_comes(instead: str | None, left: list[str]) -> None:
    state = relaxed(BOATS, Relaxation(("price<50",), instead, 3), "yes", SCHEMA)
    assert [must.filter for must in state.must_haves] == left
    assert all(must.words == "yes" for must in state.must_haves)


def test_what_was_refused_of_a_name_goes_with_it_unless_for_good() -> None:
    turn = understand(UserTurn("something by Ardo, but no brass. I hate enamel"), MAKERS)
    base = merged(State(), turn, Moves(), "", SCHEMA)
    assert {denial.term for denial in base.denied} == {"brass", "enamel"}
    left = making_room(base, understand(UserTurn("Bexley instead"), MAKERS), MAKERS)
    assert [denial.term for denial in left.denied] == ["enamel"]
