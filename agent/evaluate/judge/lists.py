"""How well a model reorders lists, beside the order of retrieval."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from agent.answers import UserTurn
from agent.backends.model_card import JobFigures, is_hopeless
from agent.backends.protocols import ChatModel
from agent.config import AgentConfig
from agent.language.patterns import data
from agent.models import Models
from agent.recommender import RecommendationAgent
from agent.rerank import rerank
from agent.rerank.blend import blend, bounded_order
from retrieval.storage.workspace import Workspace
from retrieval.tuning.panel import dcg

AT_ONCE = 20  # candidates that a model is asked about, as many as by default where it serves
K = 5
WEIGHTS = (0.05, 0.1, 0.2, 0.4, 1.0)  # of the model's say; which one is chosen on other requests than it is judged by


@dataclass(frozen=True, slots=True)
class ListTrial:
    """One request with its candidates, by retrieval's order.

    Attributes:
        request: In words.
        gains: Of each candidate, 1 where it fits.
        n_fit: How many things of the catalog fit.
        scores: That retrieval gives them.
        likelihoods: That the model gives them.
        seconds: That the model took.
    """

    request: str
    gains: tuple[float, ...]
    n_fit: int
    scores: tuple[float, ...]
    likelihoods: tuple[float, ...]
    seconds: float

    @property
    def half(self) -> int:
        """0 or 1, by hash."""
        return sha256(self.request.encode()).digest()[0] % 2

    def ndcg(self, weight: float, max_shift: int) -> float:
        """nDCG of the first `K` where the model has so much to say; 0 is the order of retrieval."""
        order = bounded_order(blend(self.scores, self.likelihoods, weight), max_shift)
        ideal = dcg(np.ones(min(self.n_fit, K)))
        return float(dcg(np.array([self.gains[at] for at in order[:K]])) / ideal)


@cache
def gold_lists() -> tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Sequence[str]]]:
    """The things by id, and by request the ids of those that fit."""
    both = data("agent.evaluate.gold.judge", "lists.yaml")
    return both["items"], both["requests"]


def judge_lists(
    model: ChatModel,
    requests: Mapping[str, Sequence[str]] | None = None,
    progress: Callable[[int], None] = lambda _: None,
    models: Callable[[AgentConfig], Models] = Models,
) -> JobFigures:
    """nDCG of the first five, mean over requests, in the model's order and in that of retrieval.

    Args:
        models: Makes what retrieval finds with.

    Raises:
        ModelError: the model failed.
    """
    config = AgentConfig(llm="none", n_rerank=AT_ONCE)
    requests = gold_lists()[1] if requests is None else requests
    with tempfile.TemporaryDirectory() as folder, _shop(Path(folder), models(config)) as agent:
        trials = []
        for text, fitting in requests.items():
            trials.append(_tried(agent, text, set(fitting), model, config))
            progress(len(trials))
            if is_hopeless("rerank", [trial.seconds for trial in trials]):
                break
    shift = config.max_shift
    return JobFigures(
        n=len(trials),
        model=float(np.mean([trial.ndcg(_weight(trials, 1 - trial.half, shift), shift) for trial in trials])),
        ours=float(np.mean([trial.ndcg(0.0, shift) for trial in trials])),
        ours_is="the order of retrieval",
        measure=f"nDCG@{K}",
        seconds=statistics.median(trial.seconds for trial in trials),
    )


def _weight(trials: Sequence[ListTrial], half: int, max_shift: int) -> float:
    """The weight that serves one half of the requests best; the other half is judged by it."""
    of_half = [trial for trial in trials if trial.half == half]
    return max(WEIGHTS, key=lambda weight: (sum(trial.ndcg(weight, max_shift) for trial in of_half), -weight))


def _tried(
    agent: RecommendationAgent, text: str, fitting: set[str], model: ChatModel, config: AgentConfig
) -> ListTrial:
    query = agent.pipeline.query_of(UserTurn(text=text, k=AT_ONCE))
    candidates = agent.retriever.retrieve(query, AT_ONCE)
    began = time.perf_counter()
    scored = rerank(candidates, text, model, agent.retriever.snapshot.schema, config)
    seconds = time.perf_counter() - began
    scored = sorted(scored, key=lambda entry: entry.retrieval_rank)
    return ListTrial(
        request=text,
        gains=tuple(float(entry.candidate.item.id in fitting) for entry in scored),
        n_fit=len(fitting),
        scores=tuple(entry.candidate.score for entry in scored),
        likelihoods=tuple(np.nan if entry.likelihood is None else entry.likelihood for entry in scored),
        seconds=seconds,
    )


@contextmanager
def _shop(folder: Path, models: Models) -> Iterator[RecommendationAgent]:
    catalog = folder / "catalog.jsonl"
    lines = [json.dumps({"id": name, **item}) for name, item in gold_lists()[0].items()]
    catalog.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with RecommendationAgent(Workspace.open(folder / "workspace", create=True), models) as agent:
        agent.ingest(catalog)
        yield agent


__all__ = ["ListTrial", "gold_lists", "judge_lists"]
