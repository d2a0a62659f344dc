"""Intervals and significance: what is sure, and what is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.evaluation.significance import differences, holm, intervals

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(p_values)
def test_a_corrected_p_value_is_never_below_the_raw_one_and_the_order_stays(raw: list[float]) -> None:
    corrected = holm(raw)
    assert all(before <= after <= 1 for before, after in zip(raw, corrected, strict=True))
    order = np.argsort(raw, kind="stable")
    assert np.all(np.diff(np.array(corrected)[order]) >= 0)


def test_holm_worked_out_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_the_interval_of_a_mean_is_near_the_one_theory_gives() -> None:
    values = np.random.default_rng(0).normal(0.3, 0.2, size=(400, 1))
    (found,) = intervals(values, seed=1)
    half = 1.96 * 0.2 / np.sqrt(400)
    assert found.mean == pytest.approx(values.mean())
    assert found.low == pytest.approx(found.mean - half, abs=0.004)
    assert found.high == pytest.approx(found.mean + half, abs=0.004)


@settings(deadline=None, max_examples=10)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_contender_never_differs_from_itself(values: list[float]) -> None:
    own = np.array(values)
    (found,) = differences(own[:, None], own, seed=0)
    assert (found.interval.mean, found.p, found.significant) == (0.0, 1.0, False)


def test_a_clear_difference_is_found_on_its_own_side_and_a_doubtful_one_is_not() -> None:
    dice = np.random.default_rng(2)
    base = dice.random(200)
    better, worse, same = base + 0.1 + dice.normal(0, 0.05, 200), base - 0.1, base + dice.normal(0, 0.3, 200) * 0.01
    found = differences(np.column_stack([better, worse, same]), base, seed=0)
    assert [one.significant for one in found] == [True, True, False]
    assert found[0].interval.low > 0 > found[1].interval.high


def test_one_request_is_no_evidence_of_anything_but_has_figures() -> None:
    (found,) = intervals(np.array([[0.5]]), seed=0)
    assert (found.mean, found.low, found.high) == (0.5, 0.5, 0.5)


def test_the_same_seed_draws_the_same_resamples() -> None:
    values = np.random.default_rng(3).random((30, 2))
    assert intervals(values, seed=5) == intervals(values, seed=5) != intervals(values, seed=6)
