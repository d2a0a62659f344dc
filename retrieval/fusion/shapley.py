"""Shapley values: what each of several parts gave to a whole, whatever order they came in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from math import comb

import numpy as np

from retrieval.fusion import Scores

MOST_PLAYERS = 8  # every coalition is valued: with n parts 2^n of them


def shapley(players: Sequence[str], value: Callable[[frozenset[str]], Scores]) -> Mapping[str, Scores]:
    """What each part gave: the mean of what it adds to a coalition, over all orders in which the parts can join.

        phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! * (v(S with i) - v(S))

    They sum to v(all) - v(none) (efficiency). A part that never lowers a value gave nothing below 0, one that never
    changes any gave 0, and two parts that always add the same gave the same.

    Args:
        players: The parts; at most `MOST_PLAYERS`.
        value: Of a coalition, for each of several wholes at once.

    Source: Shapley, A Value for n-Person Games, 1953; as explanations of scores Lundberg and Lee, A Unified Approach to
    Interpreting Model Predictions, NeurIPS 2017, equation 4.
    """
    if len(players) > MOST_PLAYERS:
        raise ValueError(f"{len(players)} parts are more than {MOST_PLAYERS}")
    values = {coalition: value(coalition) for coalition in _coalitions(players)}
    return {player: _gift(player, players, values) for player in players}


def _coalitions(players: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset(some) for size in range(len(players) + 1) for some in combinations(players, size)]


def _gift(player: str, players: Sequence[str], values: Mapping[frozenset[str], Scores]) -> Scores:
    n = len(players)
    # |S|! (n - |S| - 1)! / n! in the form that needs no large numbers
    added = [
        (values[without | {player}] - values[without]) / (n * comb(n - 1, len(without)))
        for without in _coalitions([other for other in players if other != player])
    ]
    return np.asarray(np.sum(added, axis=0), dtype=np.float64)


__all__ = ["MOST_PLAYERS", "shapley"]
