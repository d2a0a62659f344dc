"""Tune the language model's say: how it is asked, how much its opinion weighs, and how far it moves an item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agent.backends.protocols import ChatModel
from agent.config import AgentConfig, RerankMethod
from agent.evaluate.tune_diversity import NOTHING_BETTER
from agent.rerank.blend import blend, bounded_order
from agent.rerank.exhibit import PicturesOf, exhibits
from agent.rerank.pointwise import together
from agent.rerank.rerank import METHODS, wish_as_data
from agent.rerank.setting import setting_of
from retrieval.cases import Case
from retrieval.evaluation.task import two_sides
from retrieval.retriever import Retriever
from retrieval.tuning.fusions import Step
from retrieval.tuning.guard import FEWEST, Verdict, judge
from retrieval.tuning.panel import K, Values, dcg
from retrieval.tuning.search import near
from retrieval.tuning.setting import RankingSetting
from retrieval.tuning.tuned import RANKING, TuningFinding

WEIGHTS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
SHIFTS = (1, 3, 8, 20)
SAMPLE = 48  # requests that the language model reads, once by each method
ASKED: tuple[RerankMethod, ...] = ("likelihood", "yes_no", "listwise")  # `both` follows from the first two

Question = tuple[str, int]  # a method, and how many pictures of each item are shown


@dataclass(frozen=True, slots=True)
class RankingTrial:
    """What a language model is tried on.

    Attributes:
        model: The model.
        identity: By which it is known again.
        config: How it is asked without tuning, and of how many candidates.
        pictures: Gives pictures of items, where the model sees; None where it does not.
        n_pictures: How many of each item.
    """

    model: ChatModel
    identity: str
    config: AgentConfig
    pictures: PicturesOf | None = None
    n_pictures: int = 0

    @property
    def usual(self) -> RankingSetting:
        """What holds without tuning."""
        shown = self.n_pictures if self.config.rerank_pictures and self.config.rerank_method != "listwise" else 0
        return replace(setting_of(self.config, self.identity), pictures=shown)

    def settings(self, questions: Sequence[Question]) -> list[RankingSetting]:
        """Everything that is tried: no say at all, the default, and every question with every weight and bound."""
        silent = replace(self.usual, weight=0.0)
        tried = (
            RankingSetting(self.identity, method, pictures, weight, max_shift)
            for method, pictures in questions
            for weight in WEIGHTS
            for max_shift in SHIFTS
        )
        return list(dict.fromkeys((silent, self.usual, *tried)))


@dataclass(frozen=True, slots=True, eq=False)
class RankedCase:
    """One request, with what retrieval and the language model say of its best candidates, by retrieval's order.

    Attributes:
        gains: Of all candidates.
        ideal: Discounted gain of the best list that there could be.
        scores: Of those that the model was asked about, as retrieval gave them.
        opinions: What it said of them.
    """

    case: Case
    gains: NDArray[np.float64]
    ideal: float
    scores: Sequence[float]
    opinions: Mapping[Question, NDArray[np.float64]]

    def ndcg(self, setting: RankingSetting) -> float:
        """nDCG@10 of the list that a setting makes."""
        gains = self.gains
        if setting.weight:
            opinions = self.opinions[setting.method, setting.pictures].tolist()
            order = bounded_order(blend(self.scores, opinions, setting.weight), setting.max_shift)
            gains = np.concatenate([gains[order], gains[len(order) :]])
        return dcg(gains[:K]) / self.ideal if self.ideal else 0.0


def tune_rerank(
    cases: Sequence[Case], sorts: Mapping[str, str], retriever: Retriever, trial: RankingTrial, seed: int, step: Step
) -> TuningFinding | None:
    """How a language model ranks: otherwise than by default if proven, not at all where the default does not help.

    It is asked once by each method about the best candidates of a sample of requests; weights and bounds are tried on
    what it said. What is chosen on each half of the requests is judged by the other half. A language model is the one
    part of an answer that costs seconds, so that the burden of proof lies on it: where the default gains nothing over
    having no say, which nothing was chosen for, its say is gone.

    Returns:
        None where there is nothing to ask.

    Raises:
        ModelError: the model failed.
    """
    drawn = np.sort(np.random.default_rng(seed).permutation(len(cases))[:SAMPLE])
    halves = two_sides([cases[at] for at in drawn.tolist()], 0.5, seed)
    if not all(halves):
        return None
    ranked: list[RankedCase] = []
    for case in (*halves[0], *halves[1]):
        ranked.append(ask(case, retriever, trial))
        step(len(ranked), len(drawn))
    figures = {
        setting: np.array([entry.ndcg(setting) for entry in ranked])
        for setting in trial.settings(list(ranked[0].opinions))
    }
    return _found(figures, trial, len(halves[0]), [sorts[entry.case.id] for entry in ranked], seed)


def _found(
    figures: Mapping[RankingSetting, Values], trial: RankingTrial, n_first: int, sorts: Sequence[str], seed: int
) -> TuningFinding:
    """What the requests say, of which the first `n_first` are one half."""
    usual, silent = trial.usual, replace(trial.usual, weight=0.0)
    # Each half is judged by what the other half chose: no request has a say in the choice that it judges.
    first = np.arange(len(sorts)) < n_first
    by_first, by_second = (
        chosen_ranking({setting: values[part] for setting, values in figures.items()}, usual)
        for part in (first, ~first)
    )
    setting = chosen_ranking(figures, usual)
    verdict = judge(figures[usual], np.where(first, figures[by_second], figures[by_first]), sorts, seed)
    needless = len(sorts) >= FEWEST and usual.weight > 0 and (figures[usual] - figures[silent]).mean() <= 0
    if needless and not (verdict.kept and setting.weight > 0):
        why = f"on {len(sorts)} requests {trial.model.name} makes lists no better; it is not asked to rank any more"
        verdict = replace(judge(figures[usual], figures[silent], sorts, seed), kept=True, why=why)
        setting = silent
    return _finding(usual, setting, len(figures), sorts, verdict)


def chosen_ranking(tried: Mapping[RankingSetting, Values], usual: RankingSetting) -> RankingSetting:
    """The setting nearest to the default among those that cannot be told from the best; see `chosen` of the search."""
    best = max(tried.values(), key=lambda values: float(values.mean()))
    alike = {setting: float(values.mean()) for setting, values in tried.items() if near(values, best)}
    return min(alike, key=lambda setting: (setting.distance(usual), -alike[setting]))


def _finding(
    usual: RankingSetting, setting: RankingSetting, n_trials: int, sorts: Sequence[str], verdict: Verdict
) -> TuningFinding:
    if setting == usual:
        verdict = replace(verdict, kept=False, why=NOTHING_BETTER)
    return TuningFinding(
        about=RANKING,
        default=str(usual),
        chosen=str(setting),
        n_trials=n_trials,
        n_search=len(sorts),
        made_of=", ".join(sorted(set(sorts))),
        verdict=verdict,
        value=setting.weight if verdict.kept else None,
        ranking=setting,
    )


def ask(case: Case, retriever: Retriever, trial: RankingTrial) -> RankedCase:
    """What retrieval and the language model say of a request's best candidates.

    Raises:
        ModelError: the model failed.
    """
    config = trial.config
    candidates = retriever.retrieve(case.query, config.n_candidates)
    head = candidates[: config.n_rerank]
    items = [candidate.item for candidate in head]
    wish, schema = wish_as_data(case.query.words), retriever.snapshot.schema
    opinions: dict[Question, NDArray[np.float64]] = {}
    for pictures, look in _looks(trial):
        shown = exhibits(items, schema, look)
        for method in ASKED:
            if method != "listwise" or not pictures:  # of which no item's picture is shown
                opinions[method, pictures], _ = METHODS[method](shown, wish, trial.model)
        opinions["both", pictures] = together(opinions["likelihood", pictures], opinions["yes_no", pictures])
    return RankedCase(
        case=case,
        gains=np.array([case.gains.get(candidate.row, 0.0) for candidate in candidates]),
        ideal=dcg(np.array(sorted(case.gains.values(), reverse=True)[:K])),
        scores=[candidate.score for candidate in head],
        opinions=opinions,
    )


def _looks(trial: RankingTrial) -> Iterator[tuple[int, PicturesOf | None]]:
    """How many pictures of each item are shown, and what gives them."""
    yield 0, None
    if trial.pictures is not None:
        yield trial.n_pictures, trial.pictures


__all__ = ["SAMPLE", "RankedCase", "RankingTrial", "ask", "chosen_ranking", "tune_rerank"]
