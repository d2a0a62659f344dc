"""Shapley values: what holds for every game."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion.shapley import MOST_PLAYERS, shapley

PLAYERS = ("words", "meaning", "picture", "people")
COALITIONS = [frozenset(some) for size in range(len(PLAYERS) + 1) for some in combinations(PLAYERS, size)]
games = st.fixed_dictionaries({coalition: st.floats(-1, 1) for coalition in COALITIONS})
parts = st.fixed_dictionaries({player: st.floats(-1, 1) for player in PLAYERS})


def gifts(game: dict[frozenset[str], float]) -> dict[str, float]:
    return {name: float(gift[0]) for name, gift in shapley(PLAYERS, lambda some: np.array([game[some]])).items()}


@given(games)
def test_they_sum_to_what_all_have_above_what_none_has(game: dict[frozenset[str], float]) -> None:
    assert sum(gifts(game).values()) == pytest.approx(game[frozenset(PLAYERS)] - game[frozenset()], abs=1e-9)


@given(games)
def test_a_part_without_which_nothing_is_ever_better_gave_nothing_below_zero(game: dict[frozenset[str], float]) -> None:
    never_better = {some: game[some - {"words"}] + abs(game[some]) * ("words" in some) for some in COALITIONS}
    assert gifts(never_better)["words"] >= 0


@given(games)
def test_a_part_that_changes_nothing_gave_nothing(game: dict[frozenset[str], float]) -> None:
    assert gifts({some: game[some - {"words"}] for some in COALITIONS})["words"] == pytest.approx(0)


@given(games)
def test_parts_that_are_worth_the_same_everywhere_gave_the_same(game: dict[frozenset[str], float]) -> None:
    def by_number(some: frozenset[str]) -> frozenset[str]:
        twins = {"words", "meaning"}
        return (some - twins) | ({"words"} if len(some & twins) == 1 else some & twins)

    given_by = gifts({some: game[by_number(some)] for some in COALITIONS})
    assert given_by["words"] == pytest.approx(given_by["meaning"])


@given(parts)
def test_of_a_sum_each_part_gave_itself(added: dict[str, float]) -> None:
    assert gifts({some: sum(added[name] for name in some) for some in COALITIONS}) == pytest.approx(added, abs=1e-9)


def test_a_glove_is_worth_something_with_another_of_the_other_hand() -> None:
    value = {frozenset({"left", "right"}), frozenset({"left", "right", "right too"}), frozenset({"left", "right too"})}
    hands = shapley(("left", "right", "right too"), lambda some: np.array([float(some in value)]))
    assert {name: float(gift[0]) for name, gift in hands.items()} == pytest.approx(
        {"left": 2 / 3, "right": 1 / 6, "right too": 1 / 6}
    )


def test_with_too_many_parts_nothing_is_begun() -> None:
    with pytest.raises(ValueError, match="9 parts are more than 8"):
        shapley([str(at) for at in range(MOST_PLAYERS + 1)], lambda _: np.zeros(1))
