"""Metrics of a ranking and of its first k, worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from retrieval.evaluation.metrics.classification import accuracy, f1, precision, recall
from retrieval.evaluation.metrics.outcome import Outcome
from retrieval.evaluation.metrics.ranking import auc, average_precision, hit_rate, ndcg, reciprocal_rank


def ended(gains: Sequence[float], k: int) -> Outcome:
    """A ranking of candidates with these gains, best first."""
    worth = np.array(gains, dtype=np.float64)
    return Outcome(
        top=np.arange(len(gains))[:k],
        scores=-np.arange(len(gains), dtype=np.float64)[:k],
        gains=worth[:k],
        ranks=np.flatnonzero(worth) + 1,
        ideal=np.sort(worth[worth > 0])[::-1],
        n_candidates=len(gains),
        k=k,
    )


LATE = ended([0, 0, 1, 0, 2, 0, 0, 0, 0, 1], k=4)  # relevant at ranks 3, 5 and 10, of which the list of 4 shows one
SHORT = ended([1, 0], k=5)
NOTHING = ended([0, 0, 0], k=2)
EMPTY = ended([], k=2)
ALL = ended([1, 1], k=2)


def test_gain_is_discounted_by_rank_and_compared_with_the_best_list_of_the_same_length() -> None:
    best = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(LATE) == pytest.approx((1 / math.log2(4)) / best)
    assert ndcg(ended([0, 1, 1], k=1)) == 0.0
    assert ndcg(ended([1, 1, 1], k=1)) == 1.0


def test_the_first_relevant_item_gives_hit_and_reciprocal_rank() -> None:
    assert (hit_rate(LATE), reciprocal_rank(LATE)) == (1.0, 1 / 3)
    beyond = ended([0, 0, 1], k=2)
    assert (hit_rate(beyond), reciprocal_rank(beyond)) == (0.0, 1 / 3)


def test_average_precision_looks_at_the_whole_ranking() -> None:
    assert average_precision(LATE) == pytest.approx((1 / 3 + 2 / 5 + 3 / 10) / 3)


def test_auc_counts_the_pairs_in_the_right_order() -> None:
    assert auc(LATE) == pytest.approx((5 + 4 + 0) / (3 * 7))  # others below each relevant one, of 3 x 7 pairs
    assert auc(ended([0, 0, 1], k=1)) == 0.0
    assert auc(ended([1, 0, 0], k=1)) == 1.0


def test_precision_and_recall_share_their_hits_between_the_list_and_the_answers() -> None:
    assert (precision(LATE), recall(LATE)) == (1 / 4, 1 / 3)
    assert f1(LATE) == pytest.approx(2 * (1 / 4) * (1 / 3) / (1 / 4 + 1 / 3))


def test_a_list_shorter_than_k_is_not_forgiven() -> None:
    assert (precision(SHORT), recall(SHORT)) == (1 / 5, 1.0)


def test_accuracy_counts_what_is_rightly_shown_and_rightly_left_out() -> None:
    assert accuracy(LATE) == pytest.approx(1 - (3 + 2) / 10)  # three shown in vain, two missed
    assert accuracy(ALL) == 1.0
    assert accuracy(ended([0] * 999 + [1], k=1)) == pytest.approx(0.998)  # near 1 though the answer is missed


@pytest.mark.parametrize(
    ("metric", "where_nothing_is_relevant", "without_candidates"),
    [
        (ndcg, 0.0, 0.0),
        (hit_rate, 0.0, 0.0),
        (reciprocal_rank, 0.0, 0.0),
        (average_precision, 0.0, 0.0),
        (auc, 0.5, 0.5),
        (precision, 0.0, 0.0),
        (recall, 0.0, 0.0),
        (f1, 0.0, 0.0),
        (accuracy, 1 / 3, 0.0),
    ],
)
def test_every_metric_has_an_answer_where_there_is_nothing_to_find(
    metric: object, where_nothing_is_relevant: float, without_candidates: float
) -> None:
    assert metric(NOTHING) == pytest.approx(where_nothing_is_relevant)  # type: ignore[operator]
    assert metric(EMPTY) == without_candidates  # type: ignore[operator]


def test_where_all_are_relevant_no_pair_is_left_to_order() -> None:
    assert (auc(ALL), average_precision(ALL), ndcg(ALL)) == (0.5, 1.0, 1.0)
