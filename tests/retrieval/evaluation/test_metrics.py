"""Metrics: hand-computed cases, agreement with the reference library, and an answer for every empty case."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.evaluation.metrics import METRICS, label, measured
from retrieval.evaluation.metrics.beyond import coverage, diversity, miscalibration, novelty, popularity_lift
from retrieval.evaluation.metrics.outcome import Outcome, outcome
from tests.support.shelf import units


def ended(scores: list[float], gains: dict[int, float], k: int = 3) -> Outcome:
    return outcome("q", np.arange(len(scores)), np.array(scores), gains, k, seed=0)


def values(found: Outcome) -> dict[str, float]:
    return dict(zip(METRICS, measured(found).tolist(), strict=True))


def test_a_ranking_worked_out_by_hand() -> None:
    found = values(ended([0.9, 0.8, 0.7, 0.6, 0.5], {1: 2.0, 3: 1.0}))  # relevant at ranks 2 and 4, k = 3
    dcg, ideal = 2 / math.log2(3), 2 + 1 / math.log2(3)
    expected = {
        "nDCG": dcg / ideal,
        "HR": 1.0,
        "recall": 1 / 2,
        "precision": 1 / 3,
        "F1": 2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2),
        "accuracy": 2 / 5,  # rightly: the shown relevant one, and the last one left out
        "MRR": 1 / 2,
        "MAP": (1 / 2 + 2 / 4) / 2,
        "AUC": 3 / 6,  # of 2 x 3 pairs: item 1 beats two, item 3 beats one
    }
    assert found == pytest.approx(expected, abs=1e-12)


def test_metrics_with_a_cutoff_say_so_in_their_name() -> None:
    assert [label(name, 10) for name in ("nDCG", "MRR", "novelty")] == ["nDCG@10", "MRR", "novelty"]


@pytest.mark.parametrize(
    ("scores", "gains"), [([], {}), ([0.3, 0.2], {}), ([0.3], {0: 1.0}), ([0.3], {7: 1.0}), ([0.1, 0.1], {0: 1, 1: 1})]
)
def test_every_empty_case_has_an_answer_in_range(scores: list[float], gains: dict[int, float]) -> None:
    assert all(0.0 <= value <= 1.0 for value in values(ended(scores, gains)).values())


def test_nothing_relevant_counts_as_nothing_found() -> None:
    found = values(ended([0.3, 0.2, 0.1, 0.0], {}))
    assert {found[name] for name in ("nDCG", "HR", "recall", "precision", "F1", "MRR", "MAP")} == {0.0}
    assert found["AUC"] == 0.5


rankings = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        st.permutations(range(n)),
        st.dictionaries(st.integers(0, n - 1), st.integers(1, 3), min_size=1),
        st.integers(1, 12),
    )
)


@settings(max_examples=60, deadline=None)
@given(rankings)
def test_metrics_agree_with_the_reference_library(case: tuple[list[int], dict[int, int], int]) -> None:
    import ir_measures

    order, gains, k = case
    scores = np.empty(len(order))
    scores[order] = np.arange(len(order), 0, -1)
    found = values(outcome("q", np.arange(len(order)), scores, gains, k, seed=0))
    names = {"nDCG": f"nDCG@{k}", "HR": f"Success@{k}", "recall": f"R@{k}", "precision": f"P@{k}"}
    names |= {"MRR": "RR", "MAP": "AP"}
    qrels = [ir_measures.Qrel("q", str(row), gain) for row, gain in gains.items()]
    run = [ir_measures.ScoredDoc("q", str(row), float(score)) for row, score in enumerate(scores)]
    reference = ir_measures.calc_aggregate([ir_measures.parse_measure(name) for name in names.values()], qrels, run)
    for name, theirs in names.items():
        assert found[name] == pytest.approx(reference[ir_measures.parse_measure(theirs)], abs=1e-9), name


@given(st.integers(2, 40), st.integers(0, 5))
def test_equal_scores_give_no_item_an_advantage_and_the_same_lot_each_time(n: int, seed: int) -> None:
    first, again = (outcome("q", np.arange(n), np.zeros(n), {0: 1.0}, 3, seed) for _ in range(2))
    assert first.top.tolist() == again.top.tolist()
    drawn = {int(outcome(f"q{at}", np.arange(n), np.zeros(n), {0: 1.0}, 3, seed).ranks[0]) for at in range(200)}
    assert len(drawn) > 1


@given(st.permutations(range(12)), st.dictionaries(st.integers(0, 11), st.integers(1, 3), min_size=1))
def test_the_ideal_order_is_worth_one(order: list[int], gains: dict[int, int]) -> None:
    scores = [float(gains.get(row, 0)) for row in order]
    found = values(outcome("q", np.array(order), np.array(scores), gains, 12, seed=0))
    assert found["nDCG"] == pytest.approx(1.0)
    assert found["MAP"] == pytest.approx(1.0)
    assert found["AUC"] in (1.0, 0.5)


# Beyond accuracy


def test_coverage_counts_each_shown_item_once() -> None:
    assert coverage([np.array([0, 1]), np.array([1, 2])], 6) == 0.5
    assert coverage([], 0) == 0.0


def test_novelty_is_the_self_information_of_what_is_shown() -> None:
    counts = np.array([7, 0, 1])
    assert novelty(np.array([0]), counts, n_users=7) == 0.0
    assert novelty(np.array([1, 2]), counts, n_users=7) == pytest.approx((3 + 2) / 2)
    assert novelty(np.array([], dtype=np.intp), counts, 7) == 0.0


def test_diversity_is_the_mean_distance_of_pairs() -> None:
    right, up = [1.0, 0.0], [0.0, 1.0]
    assert diversity(np.array([right, right], dtype=np.float32)) == 0.0
    assert diversity(np.array([right, up], dtype=np.float32)) == pytest.approx(1.0)
    assert diversity(np.array([right, up, up], dtype=np.float32)) == pytest.approx(2 / 3)
    assert diversity(np.array([right, [np.nan, np.nan]], dtype=np.float32)) == 0.0


@given(st.integers(2, 9), st.integers(0, 99))
def test_diversity_equals_the_mean_over_all_pairs(n: int, seed: int) -> None:
    vectors = units(n, seed=seed)
    pairs = [1 - float(vectors[a] @ vectors[b]) for a in range(n) for b in range(a)]
    assert diversity(vectors) == pytest.approx(max(0.0, float(np.mean(pairs))), abs=1e-5)


def test_a_list_of_the_same_kinds_as_the_history_is_calibrated() -> None:
    kinds = np.array([0.5, 0.5, 0.0])
    assert miscalibration(kinds, kinds) == pytest.approx(0.0)
    assert miscalibration(kinds, np.array([1.0, 0.0, 0.0])) == pytest.approx(
        0.5 * math.log(0.5 / (0.99 + 0.005)) + 0.5 * math.log(0.5 / 0.005)
    )
    assert miscalibration(np.zeros(3), kinds) == 0.0
    assert math.isfinite(miscalibration(kinds, np.zeros(3)))


def test_popularity_lift_compares_the_list_with_the_profile() -> None:
    counts = np.array([30, 10, 0])
    assert popularity_lift(np.array([0]), np.array([1]), counts) == pytest.approx(2.0)
    assert popularity_lift(np.array([1]), np.array([0]), counts) == pytest.approx(-2 / 3)
    assert popularity_lift(np.array([0]), np.array([2]), counts) == 0.0
    assert popularity_lift(np.array([0]), np.array([], dtype=np.intp), counts) == 0.0
