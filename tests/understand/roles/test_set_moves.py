"""What a turn does to several things that are shown side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.roles.set_moves import adds, set_moves
from agent.understand.tokens import forms

THINGS = ["clock", "lamp", "vase"]
KINDS = {forms(kind) for kind in ("clock", "lamp", "vase", "pot", "pan", "mirror")}
ALL = (0, 1, 2)


def moves(text: str, focus: int | None = None) -> list[tuple[str, tuple[int, ...] | str | float]]:
    read = set_moves(
        text,
        [[thing] for thing in THINGS],
        lambda words: forms(words) in KINDS,
        lambda words: "red" in words,
        focus=focus,
    )
    return [
        (move.does, move.words if move.does == "add" else move.budget.amount if move.budget else move.roles)
        for move in read
    ]


@pytest.mark.parametrize(
    ("text", "does", "what"),
    [
        ("drop the vase", "drop", (2,)),
        ("leave the lamp out", "drop", (1,)),
        ("I already have a clock", "drop", (0,)),
        ("no lamp", "drop", (1,)),
        ("swap the vase", "swap", (2,)),
        ("another lamp please", "swap", (1,)),
        ("not feeling that clock, swap it", "swap", (0,)),
        ("I'll take the lamp", "take", (1,)),
        ("keep the lamp", "keep", (1,)),
        ("and a mirror too", "add", "mirror"),
        ("make it 400 in all", "budget", 400.0),
        ("under 90 all together", "budget", 90.0),
        ("what is that all together", "total", ()),
        ("cheaper please", "of", ()),
        ("nothing made of glass", "of", ()),
        ("the lamp should be red", "of", (1,)),
        ("is the vase heavy?", "of", (2,)),
        ("the lamp and the vase in red", "of", (1, 2)),
        ("show me mirrors", "anew", ()),
    ],
)
def test_a_turn_does_one_thing(text: str, does: str, what: object) -> None:
    assert moves(text) == [(does, what)]


def test_several_things_are_done_in_one_turn() -> None:
    assert moves("The clock stays. Drop the vase.") == [("keep", (0,)), ("drop", (2,))]
    assert moves("lose the lamp and add a mirror") == [("drop", (1,)), ("add", "mirror")]
    assert moves("the clock is perfect, change the rest") == [("keep", (0,)), ("swap", (1, 2))]


def test_it_is_the_thing_spoken_of_last() -> None:
    assert moves("swap it", focus=1) == [("swap", (1,))]


def test_what_stands_beside_a_move_counts_where_it_states_a_condition() -> None:
    assert moves("leave the vase out, my aunt has some") == [("drop", (2,))]
    assert moves("leave the vase out, all in red") == [("drop", (2,)), ("of", ())]


def test_another_is_wanted_with_what_it_has_to_be() -> None:
    (swap, of) = set_moves("swap the lamp for a red one", [["clock"], ["lamp"]], lambda _: False, lambda _: False)
    assert (swap.does, swap.roles) == ("swap", (1,))
    assert (of.does, of.roles, of.words) == ("of", (1,), "red one")


def test_a_budget_is_told_with_its_place() -> None:
    text = "drop the vase, then 90 in total"
    budget = set_moves(text, [["vase"]], lambda _: False, lambda _: False)[-1].budget
    assert budget is not None
    assert text[budget.start : budget.end].strip().startswith("90")


def test_only_what_begins_so_adds() -> None:
    assert adds("and a pot")
    assert not adds("a pot and a pan")


@given(st.text(max_size=80))
def test_any_text_is_read_and_moves_name_things_that_are_there(text: str) -> None:
    for move in set_moves(text, [[thing] for thing in THINGS], lambda _: False, lambda _: True):
        assert set(move.roles) <= set(ALL)
