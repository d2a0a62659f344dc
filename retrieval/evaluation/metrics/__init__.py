"""Metrics: what became of one case as one number each, with an answer for every empty case and never NaN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluation.metrics import classification, ranking
from retrieval.evaluation.metrics.outcome import Outcome

Metric = Callable[[Outcome], float]

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "nDCG": ranking.ndcg,
        "HR": ranking.hit_rate,
        "recall": classification.recall,
        "precision": classification.precision,
        "F1": classification.f1,
        "accuracy": classification.accuracy,
        "MRR": ranking.reciprocal_rank,
        "MAP": ranking.average_precision,
        "AUC": ranking.auc,
    }
)
"""By name what is computed of each case; all but MRR, MAP and AUC see only the first k."""

WHOLE_RANKING = frozenset({"MRR", "MAP", "AUC"})


def label(name: str, k: int) -> str:
    """The name as the field writes it: with the cutoff where there is one."""
    return f"{name}@{k}" if name in METRICS and name not in WHOLE_RANKING else name


def measured(outcome: Outcome) -> NDArray[np.float64]:
    """All metrics of one case, in the order of `METRICS`."""
    return np.array([metric(outcome) for metric in METRICS.values()], dtype=np.float64)
