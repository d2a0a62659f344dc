"""Sets: one item for each of several roles, the best together that a shared budget allows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
PLENTY = 1e15  # a budget that buys anything that has a price
ROUNDING = 1e-6  # sums of prices may differ from the budget by as much without being above it


@dataclass(frozen=True, slots=True)
class SetCandidate:
    """An item that may fill a role.

    Attributes:
        item: What it is known by; no two roles get the same.
        value: How well it fits the role.
        price: Of one; None where it is not known.
    """

    item: Hashable
    value: float
    price: float | None = None


@dataclass(frozen=True, slots=True)
class SetRole:
    """A role that is to be filled.

    Attributes:
        candidates: In any order.
        quantity: How many are bought of the item that fills it.
    """

    candidates: Sequence[SetCandidate]
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class ChosenSet:
    """A choice for every role.

    Attributes:
        picks: For each role the position of its candidate.
        total: What all cost together; None where a price is not known.
        affordable: Whether that is within the budget; else it is the least that any set costs.
    """

    picks: tuple[int, ...]
    total: float | None
    affordable: bool


def choose_set(roles: Sequence[SetRole], budget: float | None = None) -> ChosenSet | None:
    """The set of the greatest sum of values that the budget allows; where it allows none, the cheapest set.

    The optimum is exact. Roles are filled one after the other, and a branch is followed as long as it can still beat
    the best set so far. What the roles still open can add at most is known exactly, but for items that two roles share:
    for each tail of roles the whole frontier of price and value is made first. So the first set reached is the best one
    in most cases. A general solver (`scipy.optimize.milp`) finds the same ten times slower, and takes 50 MB of memory
    that nothing else here needs.

    Args:
        roles: Up to six of up to fifty candidates take milliseconds.
        budget: For all together; an item without a price can then fill no role.

    Returns:
        None where a role has no candidate, or two roles have only the same one.
    """
    if not roles:
        return None
    best = _SetSearch(roles, budget).best()
    if best is not None:
        return ChosenSet(best, _total(roles, best), affordable=True)
    if budget is None:
        return None
    least = _SetSearch([_by_price(role) for role in roles], PLENTY).best()
    return None if least is None else ChosenSet(least, _total(roles, least), affordable=False)


def _by_price(role: SetRole) -> SetRole:
    """The role where what costs less is worth more."""
    candidates = [
        SetCandidate(candidate.item, -(candidate.price or 0.0) * role.quantity, candidate.price)
        for candidate in role.candidates
    ]
    return SetRole(candidates, role.quantity)


def _total(roles: Sequence[SetRole], picks: Sequence[int]) -> float | None:
    total = 0.0
    for role, pick in zip(roles, picks, strict=True):
        price = role.candidates[pick].price
        if price is None:
            return None
        total += price * role.quantity
    return total


class _SetSearch:
    """A search for the best set."""

    def __init__(self, roles: Sequence[SetRole], budget: float | None) -> None:
        self._roles = roles
        self._budget = PLENTY if budget is None else budget + ROUNDING
        self._values = [np.array([candidate.value for candidate in role.candidates]) for role in roles]
        self._prices = [_prices(role, priced=budget is not None) for role in roles]
        self._tails = self._frontiers()
        self._best_value = -inf
        self._best: tuple[int, ...] | None = None

    def best(self) -> tuple[int, ...] | None:
        """The positions of the best set's candidates; None where there is no set."""
        self._fill((), 0.0, self._budget)
        return self._best

    def _fill(self, picks: tuple[int, ...], value: float, left: float) -> None:
        """Fill the next role in every way that can still be the best, the most promising first."""
        at = len(picks)
        if at == len(self._roles):
            if value > self._best_value:
                self._best_value, self._best = value, picks
            return
        reach = self._values[at] + self._tails[at + 1].best_within(left - self._prices[at])
        taken = {self._roles[role].candidates[pick].item for role, pick in enumerate(picks)}
        # Of what promises the same the cheapest first.
        for pick in np.lexsort((self._prices[at], -reach)).tolist():
            if not value + reach[pick] > self._best_value:
                return
            if self._roles[at].candidates[pick].item not in taken:
                self._fill((*picks, pick), value + self._values[at][pick], left - self._prices[at][pick])

    def _frontiers(self) -> list[_Frontier]:
        """By role, what it and those behind it can reach, as if they shared no item."""
        tails = [_Frontier(np.zeros(1), np.zeros(1))]
        for values, prices in zip(reversed(self._values), reversed(self._prices), strict=True):
            tails.append(tails[-1].with_role(values, prices, self._budget))
        return tails[::-1]


@dataclass(frozen=True, slots=True, eq=False)
class _Frontier:
    """The sums of prices and values of which none is both dearer and worth no more than another, cheapest first."""

    prices: Values
    values: Values

    def best_within(self, left: Values) -> Values:
        """The greatest value that each of these amounts buys; minus infinity where it buys nothing."""
        at = np.searchsorted(self.prices, left, side="right") - 1
        return np.where(at >= 0, self.values[at], -inf) if len(self.values) else np.full(len(left), -inf)

    def with_role(self, values: Values, prices: Values, budget: float) -> _Frontier:
        """The frontier with one more role filled."""
        all_prices = (self.prices[:, None] + prices[None, :]).ravel()
        all_values = (self.values[:, None] + values[None, :]).ravel()
        affordable = np.isfinite(all_prices) & (all_prices <= budget)
        all_prices, all_values = all_prices[affordable], all_values[affordable]
        order = np.lexsort((-all_values, all_prices))
        all_prices, all_values = all_prices[order], all_values[order]
        before = np.concatenate([[-inf], np.maximum.accumulate(all_values)[:-1]])[: len(all_values)]
        better = all_values > before
        return _Frontier(all_prices[better], all_values[better])


def _prices(role: SetRole, *, priced: bool) -> Values:
    """What each candidate costs; nothing where prices do not count, infinity where its own is not known."""
    if not priced:
        return np.zeros(len(role.candidates))
    known = (inf if candidate.price is None else candidate.price * role.quantity for candidate in role.candidates)
    return np.array(list(known), dtype=np.float64)


__all__ = ["ChosenSet", "SetCandidate", "SetRole", "choose_set"]
