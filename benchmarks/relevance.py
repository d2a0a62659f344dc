"""Runs against judgments, scored by ir_measures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluation.significance import intervals


def answerable(qrels: Path) -> set[str]:
    """Queries with at least one relevant item: the only ones that a ranking can be good or bad at."""
    ir_measures: Any = _library()

    return {judgment.query_id for judgment in ir_measures.read_trec_qrels(str(qrels)) if judgment.relevance > 0}


def scores(run: Path, qrels: Path, queries: Collection[str], measures: Sequence[str]) -> NDArray[np.float64]:
    """Each measure of each of these queries, in sorted order; a query without an answer counts as 0.

    Args:
        measures: As ir_measures writes them, for example `nDCG@10` (the gain is the grade itself, as in trec_eval).

    Returns:
        Shape (len(queries), len(measures)).
    """
    ir_measures: Any = _library()

    parsed = [ir_measures.parse_measure(measure) for measure in measures]
    place = {query: at for at, query in enumerate(sorted(queries))}
    figures = np.zeros((len(place), len(parsed)))
    judgments = [judgment for judgment in ir_measures.read_trec_qrels(str(qrels)) if judgment.query_id in place]
    ranked = [entry for entry in ir_measures.read_trec_run(str(run)) if entry.query_id in place]
    for figure in ir_measures.iter_calc(parsed, judgments, ranked) if ranked else ():
        figures[place[figure.query_id], parsed.index(figure.measure)] = figure.value
    return figures


def means(run: Path, qrels: Path, queries: Collection[str], measures: Sequence[str]) -> list[float]:
    """The mean of each measure over these queries."""
    averages: list[float] = scores(run, qrels, queries, measures).mean(axis=0).tolist()
    return averages


def interval(values: NDArray[np.float64]) -> str:
    """The 95 % interval of a mean, in words.

    Args:
        values: Of each query, shape (n,).
    """
    (bounds,) = intervals(values[:, None], seed=0)
    return f"95 % [{bounds.low:.3f}, {bounds.high:.3f}]"


def _library() -> Any:
    import ir_measures

    return ir_measures
