"""The first k called relevant, all others not: precision, recall, F1 and accuracy.

Source of all formulas: Manning, Raghavan and Schütze, Introduction to Information Retrieval, 2008, section 8.3.
"""

from __future__ import annotations

from retrieval.evaluation.metrics.outcome import Outcome


def precision(outcome: Outcome) -> float:
    """hits / k, in [0, 1]; a list shorter than k is not forgiven, as in trec_eval. 0 without candidates."""
    return outcome.hits / outcome.k


def recall(outcome: Outcome) -> float:
    """hits / relevant, in [0, 1]; 0 where nothing is relevant."""
    return outcome.hits / len(outcome.ranks) if len(outcome.ranks) else 0.0


def f1(outcome: Outcome) -> float:
    """2 P R / (P + R) = 2 hits / (k + relevant), in [0, 1]: the harmonic mean of precision and recall."""
    return 2 * outcome.hits / (outcome.k + len(outcome.ranks))


def accuracy(outcome: Outcome) -> float:
    """(hits + others rightly left out) / candidates, in [0, 1]; 0 without candidates.

    It is near 1 for any list where few of many items are relevant, and is given because readers ask for it.
    """
    if not outcome.n_candidates:
        return 0.0
    wrongly_shown = len(outcome.top) - outcome.hits
    missed = len(outcome.ranks) - outcome.hits
    return 1 - (wrongly_shown + missed) / outcome.n_candidates
