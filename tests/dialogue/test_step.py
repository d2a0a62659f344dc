"""Steps: what is remembered of a turn once its items are shown."""

from __future__ import annotations

from agent.dialogue.merging import empty_turn
from agent.dialogue.state import State
from agent.dialogue.step import Step

BEFORE = State(shown=("1", "2"), last=("1", "2"), focus="1")


def step(state: State = BEFORE, rows: tuple[int, ...] | None = None) -> Step:
    return Step("more", state, empty_turn("en"), rows=rows)


def test_a_new_list_is_the_last_one_and_nothing_of_it_is_shown_again() -> None:
    after = step().after(("3", "4"), folded=("5",))
    assert after.last == ("3", "4")
    assert after.shown == ("1", "2", "3", "4", "5")
    assert after.focus is None


def test_items_that_were_named_leave_the_list_before_as_the_last_one() -> None:
    after = step(rows=(1,)).after(("2",))
    assert (after.last, after.shown, after.focus) == (("1", "2"), ("1", "2"), "1")


def test_where_nothing_was_shown_the_list_before_stays() -> None:
    assert step().after(()).last == ("1", "2")


def test_the_state_of_the_step_itself_stays_as_it_is() -> None:
    turn = step()
    turn.after(("3",))
    assert turn.state == BEFORE
