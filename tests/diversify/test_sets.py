"""Sets: the best that a shared budget allows, against every set there is."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.diversify.sets import SetCandidate, SetRole, choose_set

PRICES = st.none() | st.integers(0, 900).map(float)
CANDIDATES = st.builds(SetCandidate, st.integers(0, 9), st.integers(-3, 20).map(float), PRICES)
ROLES = st.lists(st.builds(SetRole, st.lists(CANDIDATES, max_size=5), st.integers(1, 4)), min_size=1, max_size=4)
BUDGETS = st.none() | st.integers(0, 2500).map(float)


def every_set(roles: list[SetRole], *, priced: bool) -> list[tuple[float, float]]:
    """Value and price of every set without an item twice."""
    sets = []
    for chosen in itertools.product(*(role.candidates for role in roles)):
        if len({candidate.item for candidate in chosen}) < len(chosen):
            continue
        if priced and any(candidate.price is None for candidate in chosen):
            continue
        price = sum((one.price or 0.0) * role.quantity for one, role in zip(chosen, roles, strict=True))
        sets.append((sum(candidate.value for candidate in chosen), price))
    return sets


def check(roles: list[SetRole], budget: float | None) -> None:
    sets = every_set(roles, priced=budget is not None)
    chosen = choose_set(roles, budget)
    if not sets:
        assert chosen is None
        return
    assert chosen is not None
    candidates = [role.candidates[pick] for role, pick in zip(roles, chosen.picks, strict=True)]
    assert len({candidate.item for candidate in candidates}) == len(roles)
    within = [value for value, price in sets if budget is None or price <= budget]
    assert chosen.affordable == bool(within)
    if within:
        assert sum(candidate.value for candidate in candidates) == pytest.approx(max(within))
        assert budget is None or (chosen.total is not None and chosen.total <= budget + 1e-6)
    else:
        assert chosen.total == pytest.approx(min(price for _, price in sets))


@settings(deadline=None, max_examples=400)
@given(ROLES, BUDGETS)
def test_no_set_is_better(roles: list[SetRole], budget: float | None) -> None:
    check(roles, budget)


def shop_roles(rng: random.Random, n_roles: int, n_candidates: int, n_items: int = 200) -> list[SetRole]:
    """Prices as shops have them: many cheap things, few dear ones, nearly all just below a round number."""
    prices = [round(rng.lognormvariate(4, 0.9)) - 0.01 for _ in range(n_items)]
    draws = ([rng.randrange(n_items) for _ in range(n_candidates)] for _ in range(n_roles))
    return [SetRole([SetCandidate(item, rng.random(), prices[item]) for item in dict.fromkeys(draw)]) for draw in draws]


@pytest.mark.parametrize("seed", range(30))
def test_no_set_is_better_at_prices_of_a_shop(seed: int) -> None:
    rng = random.Random(seed)
    check(shop_roles(rng, 3, 15, n_items=30), rng.uniform(30, 400))


def test_six_roles_of_fifty_are_filled_within_the_budget() -> None:
    rng = random.Random(7)
    roles = shop_roles(rng, 6, 50)
    chosen = choose_set(roles, 300.0)
    assert chosen is not None
    assert chosen.affordable
    assert chosen.total is not None
    assert chosen.total <= 300


def test_the_same_candidates_for_two_roles_give_the_two_best() -> None:
    role = SetRole([SetCandidate(item, item / 50) for item in range(50)])
    chosen = choose_set([role] * 4)
    assert chosen is not None
    assert sorted(chosen.picks) == [46, 47, 48, 49]


def test_a_quantity_counts_in_the_price() -> None:
    chairs = SetRole([SetCandidate("oak", 1.0, 60.0), SetCandidate("pine", 0.5, 40.0)], quantity=2)
    table = SetRole([SetCandidate("table", 1.0, 100.0)])
    chosen = choose_set([chairs, table], 190.0)
    assert chosen is not None
    assert (chosen.picks, chosen.total) == ((1, 0), 180.0)


def test_where_the_budget_is_too_small_the_least_that_any_set_costs_is_told() -> None:
    tents = SetRole([SetCandidate("a", 1.0, 300.0), SetCandidate("b", 0.1, 120.0)])
    bags = SetRole([SetCandidate("c", 1.0, 90.0), SetCandidate("d", 0.9, None)])
    chosen = choose_set([tents, bags], 200.0)
    assert chosen is not None
    assert (chosen.picks, chosen.total, chosen.affordable) == ((1, 0), 210.0, False)


def test_what_sums_to_the_budget_is_within_it() -> None:
    roles = [SetRole([SetCandidate(at, 1.0, 0.1)]) for at in range(3)]
    chosen = choose_set(roles, 0.3)
    assert chosen is not None
    assert chosen.affordable


def test_a_role_without_candidates_has_no_set() -> None:
    assert choose_set([SetRole([]), SetRole([SetCandidate("a", 1.0, 1.0)])], 10.0) is None
    assert choose_set([], 10.0) is None
