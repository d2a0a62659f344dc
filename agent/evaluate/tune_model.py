"""Tune what comes after retrieval: how much the language model says, and how unlike the listed items are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from agent.backends.protocols import ChatModel
from agent.config import AgentConfig
from agent.diversify.mmr import diversify
from agent.rerank import rerank, unranked
from agent.rerank.blend import blend, bounded_order
from retrieval.cases import Case
from retrieval.evaluation.task import two_sides
from retrieval.retriever import Retriever
from retrieval.tuning.fusions import Step
from retrieval.tuning.guard import FEWEST, Verdict, judge
from retrieval.tuning.panel import K, Values, dcg
from retrieval.tuning.search import chosen_number
from retrieval.tuning.tuned import TuningFinding

STRENGTHS = (0.0, 0.02, 0.05, 0.1, 0.2)
WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
SAMPLE = 48  # requests that the language model reads: about two seconds each on a core


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
    return _finding("diversity", config.diversity, number, len(strengths), len(search), sorts, verdict)


@dataclass(frozen=True, slots=True, eq=False)
class _RankedCase:
    """One request, with what retrieval and the language model say of its best candidates, by retrieval's order."""

    case: Case
    rows: Sequence[int]
    scores: Sequence[float]
    likelihoods: Sequence[float]
    tail: Sequence[int]

    def ndcg(self, weight: float, max_shift: int) -> float:
        order = bounded_order(blend(self.scores, self.likelihoods, weight), max_shift)
        return _ndcg(self.case, [*(self.rows[at] for at in order), *self.tail])


def tune_rerank(
    cases: Sequence[Case],
    sorts: Mapping[str, str],
    retriever: Retriever,
    model: ChatModel,
    config: AgentConfig,
    seed: int,
    step: Step,
) -> TuningFinding | None:
    """The language model's share in the score: another than the default if proven, 0 where the default does not help.

    Its likelihoods are computed once, for the best candidates of a sample of requests. What is chosen on each half of
    them is judged by the other half. A language model is the one part of an answer that costs seconds, so that the
    burden of proof lies on it: where the default gains nothing over 0, which nothing was chosen for, its say is gone.

    Returns:
        None where there is nothing to ask.

    Raises:
        ModelError: the model failed.
    """
    drawn = np.sort(np.random.default_rng(seed).permutation(len(cases))[:SAMPLE])
    halves = two_sides([cases[at] for at in drawn.tolist()], 0.5, seed)
    if not all(halves):
        return None
    ranked: list[_RankedCase] = []
    for case in (*halves[0], *halves[1]):
        ranked.append(_ask(case, retriever, model, config))
        step(len(ranked), len(drawn))
    usual, sorts_of_cases = config.rerank_weight, [sorts[entry.case.id] for entry in ranked]
    figures = {
        weight: np.array([entry.ndcg(weight, config.max_shift) for entry in ranked])
        for weight in sorted({*WEIGHTS, config.rerank_weight})
    }
    # Each half is judged by what the other half chose: no request has a say in the choice that it judges.
    first = np.arange(len(ranked)) < len(halves[0])
    by_first, by_second = (
        chosen_number({weight: values[part] for weight, values in figures.items()}, usual) for part in (first, ~first)
    )
    number = chosen_number(figures, usual)
    verdict = judge(figures[usual], np.where(first, figures[by_second], figures[by_first]), sorts_of_cases, seed)
    needless = len(ranked) >= FEWEST and usual > 0 and (figures[usual] - figures[0.0]).mean() <= 0
    if needless and not (verdict.kept and number > 0):
        why = f"on {len(ranked)} requests {model.name} makes lists no better; it is not asked to rank any more"
        verdict = replace(judge(figures[usual], figures[0.0], sorts_of_cases, seed), kept=True, why=why)
        number = 0.0
    return _finding("rerank_weight", usual, number, len(figures), len(ranked), sorts, verdict)


def _ask(case: Case, retriever: Retriever, model: ChatModel, config: AgentConfig) -> _RankedCase:
    candidates = retriever.retrieve(case.query, config.n_candidates)
    head = rerank(candidates[: config.n_rerank], case.query.words, model, retriever.snapshot.schema, config)
    # Every weight is tried from the order that retrieval gave; `rerank` has already moved items by the usual one.
    head = sorted(head, key=lambda scored: scored.retrieval_rank)
    return _RankedCase(
        case=case,
        rows=[scored.candidate.row for scored in head],
        scores=[scored.candidate.score for scored in head],
        likelihoods=[np.nan if scored.likelihood is None else scored.likelihood for scored in head],
        tail=[candidate.row for candidate in candidates[config.n_rerank :]],
    )


def _ndcg(case: Case, rows: Sequence[int]) -> float:
    gains = np.array([case.gains.get(row, 0.0) for row in rows[:K]])
    ideal = dcg(np.array(sorted(case.gains.values(), reverse=True)[:K]))
    return dcg(gains) / ideal if ideal else 0.0


def _finding(
    about: str, usual: float, number: float, n_trials: int, n_search: int, sorts: Mapping[str, str], verdict: Verdict
) -> TuningFinding:
    if number == usual:
        verdict = replace(verdict, kept=False, why="no value that was tried is told from the default")
    return TuningFinding(
        about=about,
        default=f"{usual:g}",
        chosen=f"{number:g}",
        n_trials=n_trials,
        n_search=n_search,
        made_of=", ".join(sorted(set(sorts.values()))),
        verdict=verdict,
        value=number if verdict.kept else None,
    )


__all__ = ["tune_diversity", "tune_rerank"]
