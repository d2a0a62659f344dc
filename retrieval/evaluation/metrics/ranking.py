"""Metrics of a ranking: hit rate, nDCG, reciprocal rank, average precision, AUC."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluation.metrics.outcome import Outcome


def hit_rate(outcome: Outcome) -> float:
    """1 when any relevant item is among the first k, else 0.

    Source: Deshpande and Karypis, Item-Based Top-N Recommendation Algorithms, ACM TOIS 22(1), 2004, section 6.2.
    """
    return float(outcome.hits > 0)


def ndcg(outcome: Outcome) -> float:
    """DCG@k / ideal DCG@k with DCG@k = sum over ranks r <= k of gain(r) / log2(r + 1); 0 where nothing is relevant.

    The gain is the grade itself, as in trec_eval.

    Source: Järvelin and Kekäläinen, Cumulated Gain-Based Evaluation of IR Techniques, ACM TOIS 20(4), 2002, with the
    discount of trec_eval.
    """
    best = _dcg(outcome.ideal[: outcome.k])
    return _dcg(outcome.gains) / best if best else 0.0


def reciprocal_rank(outcome: Outcome) -> float:
    """1 / rank of the first relevant item in the whole ranking; 0 where nothing is relevant.

    Source: Voorhees, The TREC-8 Question Answering Track Report, 1999, section 3.
    """
    return 1.0 / int(outcome.ranks[0]) if len(outcome.ranks) else 0.0


def average_precision(outcome: Outcome) -> float:
    """Mean over the relevant items of the precision at their rank, whole ranking; 0 where nothing is relevant.

    Source: Buckley and Voorhees, Evaluating Evaluation Measure Stability, SIGIR 2000, section 2.
    """
    if not len(outcome.ranks):
        return 0.0
    return float(np.mean(np.arange(1, len(outcome.ranks) + 1) / outcome.ranks))


def auc(outcome: Outcome) -> float:
    """Share of pairs (relevant, not relevant) in the right order; 0.5 where there is no such pair.

    Source: Fawcett, An Introduction to ROC Analysis, Pattern Recognition Letters 27(8), 2006, section 7.
    """
    n_relevant = len(outcome.ranks)
    n_others = outcome.n_candidates - n_relevant
    if not n_relevant or not n_others:
        return 0.5
    others_above = outcome.ranks - np.arange(1, n_relevant + 1)
    return float(1 - others_above.mean() / n_others)


def _dcg(gains: NDArray[np.float64]) -> float:
    return float(np.sum(gains / np.log2(np.arange(2, len(gains) + 2))))
