"""Made-up people who come at once move an item little, in what is popular and in what real people are recommended."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.made_up_people import (
    ATTACKS,
    HIT_RISE,
    MODELS,
    RANK_LEFT,
    Crowd,
    drawn_crowd,
    hit_rate,
    made_up,
    pushed_items,
    ranks,
    top_items,
)
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.popularity import Popularity
from retrieval.collaborative.surges import COMPANIES
from retrieval.interactions import Interaction


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    return drawn_crowd(seed=1, n_people=400, n_items=500)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_twentieth_of_made_up_people_at_most_halve_the_rank_of_an_unloved_item(attack: str, crowd: Crowd) -> None:
    for before, after in ranks(crowd, attack, 0.05, (0.5, 0.8, 0.95)):
        assert after >= RANK_LEFT * before


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_twentieth_of_made_up_people_put_an_item_before_hardly_anybody(attack: str, model: str, crowd: Crowd) -> None:
    (pushed,) = pushed_items(crowd, (0.8,))
    honest = top_items(crowd, MODELS[model](crowd.behaviour()))
    tops = top_items(crowd, MODELS[model](crowd.behaviour(made_up(attack, crowd, 0.05, pushed))))
    assert hit_rate(crowd, tops, pushed) - hit_rate(crowd, honest, pushed) <= HIT_RISE
    assert hit_rate(crowd, honest) - hit_rate(crowd, tops) <= 2 * HIT_RISE  # a point is four people here


def test_a_crowd_that_comes_at_once_counts_as_one_person_of_each_company() -> None:
    rows = {"a": 0, "b": 1}
    calm = [Interaction(f"calm {n}", "a", "like", None, 100.0 * n) for n in range(0, 100, 5)]
    other = [Interaction(f"calm {n}", "b", "like", None, 100.0 * n) for n in range(100) if n % 5]
    loud = [Interaction(f"loud {n}", "b", "like", None, 9_900.0) for n in range(5)]
    quiet = Popularity.fit(Behaviour.build([*calm, *other], rows)).shares
    pushed = Popularity.fit(Behaviour.build([*calm, *other, *loud], rows)).shares
    assert quiet[1] == pytest.approx(pushed[1], abs=0.02)


def test_few_people_are_each_counted_whole_whenever_they_came() -> None:
    rows = {"a": 0, "b": 1}
    events = [Interaction(f"u{n}", "a" if n < 7 else "b", "like", None, 5.0) for n in range(COMPANIES)]
    shares = Popularity.fit(Behaviour.build(events, rows)).shares
    np.testing.assert_allclose(shares, np.log1p([7, 13]) / np.log1p(COMPANIES), rtol=1e-6)


def test_people_of_whom_no_time_is_known_are_no_crowd_that_came_at_once() -> None:
    rows = {"a": 0, "b": 1}
    events = [Interaction(f"u{n:03}", "a" if n % 2 else "b", "like") for n in range(200)]
    shares = Popularity.fit(Behaviour.build(events, rows)).shares
    np.testing.assert_allclose(shares, 1.0, atol=1e-6)
