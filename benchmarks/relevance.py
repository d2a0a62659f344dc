"""Runs against judgments, scored by ir_measures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any


def judged(qrels: Path) -> set[str]:
    """Queries with at least one relevant item: the only ones that a ranking can be good or bad at."""
    ir_measures: Any = _library()

    return {one.query_id for one in ir_measures.read_trec_qrels(str(qrels)) if one.relevance > 0}


def means(run: Path, qrels: Path, queries: Collection[str], measures: Sequence[str]) -> list[float]:
    """The mean of each measure over these queries; a query without an answer counts as 0.

    Args:
        measures: As ir_measures writes them, for example `nDCG@10` (the gain is the grade itself, as in trec_eval).
    """
    ir_measures: Any = _library()

    parsed = [ir_measures.parse_measure(measure) for measure in measures]
    sums = dict.fromkeys(parsed, 0.0)
    judgments = [one for one in ir_measures.read_trec_qrels(str(qrels)) if one.query_id in queries]
    ranked = [one for one in ir_measures.read_trec_run(str(run)) if one.query_id in queries]
    for found in ir_measures.iter_calc(parsed, judgments, ranked) if ranked else ():
        sums[found.measure] += found.value
    return [sums[measure] / len(queries) for measure in parsed]


def _library() -> Any:
    import ir_measures

    return ir_measures
