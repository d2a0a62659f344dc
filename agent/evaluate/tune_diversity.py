"""Tune how unlike the listed items are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from agent.config import AgentConfig
from agent.diversify.mmr import diversify
from agent.rerank import unranked
from retrieval.cases import Case
from retrieval.evaluation.task import two_sides
from retrieval.retriever import Retriever
from retrieval.tuning.fusions import Step
from retrieval.tuning.guard import Verdict, judge
from retrieval.tuning.panel import K, Values, dcg
from retrieval.tuning.search import chosen_number
from retrieval.tuning.tuned import TuningFinding

NOTHING_BETTER = "no value that was tried is told from the default"
STRENGTHS = (0.0, 0.02, 0.05, 0.1, 0.2)


def tune_diversity(
    cases: Sequence[Case], sorts: Mapping[str, str], retriever: Retriever, config: AgentConfig, seed: int, step: Step
) -> TuningFinding | None:
    """The strength of maximal marginal relevance; None where there are too few requests."""
    strengths = sorted({*STRENGTHS, config.diversity})

    def values(part: Sequence[Case], done: int) -> dict[float, Values]:
        figures: dict[float, list[float]] = {strength: [] for strength in strengths}
        for at, case in enumerate(part, start=1):
            ranked = unranked(retriever.retrieve(case.query, config.n_candidates))
            for strength in strengths:
                listed = diversify(ranked, retriever.snapshot, K, strength)
                figures[strength].append(_ndcg(case, [scored.candidate.row for scored in listed]))
            step(done + at, len(cases))
        return {strength: np.array(per_case) for strength, per_case in figures.items()}

    search, held = two_sides(cases, 0.5, seed)
    if not search or not held:
        return None
    number = chosen_number(values(search, 0), config.diversity)
    figures = values(held, len(search))
    verdict = judge(figures[config.diversity], figures[number], [sorts[case.id] for case in held], seed)
    return _finding(config.diversity, number, len(strengths), len(search), sorts, verdict)


def _ndcg(case: Case, rows: Sequence[int]) -> float:
    gains = np.array([case.gains.get(row, 0.0) for row in rows[:K]])
    ideal = dcg(np.array(sorted(case.gains.values(), reverse=True)[:K]))
    return dcg(gains) / ideal if ideal else 0.0


def _finding(
    usual: float, number: float, n_trials: int, n_search: int, sorts: Mapping[str, str], verdict: Verdict
) -> TuningFinding:
    if number == usual:
        verdict = replace(verdict, kept=False, why=NOTHING_BETTER)
    return TuningFinding(
        about="diversity",
        default=f"{usual:g}",
        chosen=f"{number:g}",
        n_trials=n_trials,
        n_search=n_search,
        made_of=", ".join(sorted(set(sorts.values()))),
        verdict=verdict,
        value=number if verdict.kept else None,
    )


__all__ = ["NOTHING_BETTER", "tune_diversity"]
