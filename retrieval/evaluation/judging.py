"""Judging: put every request of a task to a contender, and keep what became of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.cases import Case
from retrieval.evaluation.metrics import METRICS, measured
from retrieval.evaluation.metrics.beyond import diversity, miscalibration, novelty, popularity_lift
from retrieval.evaluation.metrics.outcome import Outcome, outcome
from retrieval.evaluation.task import CatalogFacts, Part, candidates, sampled
from retrieval.fusion import Fusion, Pool
from retrieval.query import RequestKind
from retrieval.snapshot import Rows

KEPT_BYTES = 256 * 2**20  # of channel scores, so that the next contender need not ask the channels again

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Rules:
    """How a ranking is judged.

    Attributes:
        k: Cutoff of the list.
        seed: Of the lots that order equal scores and draw negatives.
        negatives: Irrelevant items beside the relevant ones; all there are when None.
    """

    k: int = 10
    seed: int = 0
    negatives: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What became of all cases under one contender.

    Attributes:
        ids: Of the cases, in order.
        names: Of the metrics.
        values: Shape (n_cases, n_metrics), never NaN.
        tops: The best rows of each case, -1 where there are fewer than k, shape (n_cases, k).
        scores: Of `tops`, 0 where there are fewer, shape (n_cases, k).
        n_silent: Cases in which no channel of the contender told any two candidates apart: their order is drawn by lot.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    tops: Rows
    scores: NDArray[np.float64]
    n_silent: int


def metric_names(facts: CatalogFacts) -> tuple[str, ...]:
    """What can be measured on a catalog of which this much is known."""
    beyond = ["diversity"] if facts.table is not None else []
    if facts.counts is not None:
        beyond += ["novelty", "popularity lift", *(["miscalibration"] if (facts.kinds >= 0).any() else [])]
    return (*METRICS, *beyond)


class Pools:
    """What all channels say of the candidates of each case, asked once and kept where there is room."""

    def __init__(self, part: Part, rules: Rules) -> None:
        self.part, self.rules = part, rules
        self._held: dict[int, Pool] = {}
        self._room = KEPT_BYTES

    def of(self, at: int) -> Pool:
        """The pool of the case number `at`."""
        if at in self._held:
            return self._held[at]
        case = self.part.cases[at]
        rows = candidates(case, self.part.retriever.snapshot)
        if self.rules.negatives is not None:
            # of its own for each case: every contender is judged among the same negatives, in whatever order it comes
            dice = np.random.default_rng([self.rules.seed, zlib.crc32(case.id.encode()), 1])
            rows = sampled(case, rows, self.rules.negatives, dice)
        pool = self.part.retriever.pool(case.query, rows)
        size = rows.nbytes + sum(scores.nbytes for scores in pool.scores.values())
        # what does not fit is asked of the channels again by the next contender
        if size <= self._room:
            self._room -= size
            self._held[at] = pool
        return pool


def judge(
    pools: Pools,
    fusions: Mapping[RequestKind, Fusion],
    removed: frozenset[str],
    facts: CatalogFacts,
    step: Step = lambda: None,
) -> Judged:
    """Put every case of a part to a fusion.

    Args:
        pools: Of the part.
        fusions: By kind of request.
        removed: Channels that do not exist for this contender.
        facts: Of the catalog.
        step: Called after each case.
    """
    cases, rules = pools.part.cases, pools.rules
    names = metric_names(facts)
    values = np.zeros((len(cases), len(names)))
    tops = np.full((len(cases), rules.k), -1, dtype=np.intp)
    scores = np.zeros((len(cases), rules.k))
    n_silent = 0
    for at, case in enumerate(cases):
        # all channels were asked once; what a contender may not use is taken out of the answers
        pool = pools.of(at).without(removed)
        n_silent += silent(pool)
        fused = fusions[case.query.kind](pool)
        ranked = outcome(case.id, pool.rows, fused, case.gains, rules.k, rules.seed)
        values[at] = [*measured(ranked), *_beyond(case, ranked, facts, names[len(METRICS) :])]
        tops[at, : len(ranked.top)] = ranked.top
        scores[at, : len(ranked.top)] = ranked.scores
        step()
    return Judged(tuple(case.id for case in cases), names, values, tops, scores, n_silent)


def silent(pool: Pool) -> bool:
    """Whether no channel tells any two candidates apart."""
    known = (scores[np.isfinite(scores)] for scores in pool.scores.values())
    return not any(values.size and values.max() > values.min() for values in known)


def joined(parts: Sequence[Judged]) -> Judged:
    """All parts of a task as one."""
    if len(parts) == 1:
        return parts[0]
    return replace(
        parts[0],
        ids=tuple(name for part in parts for name in part.ids),
        values=np.concatenate([part.values for part in parts]),
        tops=np.concatenate([part.tops for part in parts]),
        scores=np.concatenate([part.scores for part in parts]),
        n_silent=sum(part.n_silent for part in parts),
    )


def _beyond(case: Case, ranked: Outcome, facts: CatalogFacts, names: Sequence[str]) -> list[float]:
    liked, weights = _profile(case)
    measures: Mapping[str, Callable[[], float]] = {
        "diversity": lambda: diversity(facts.table.pooled(ranked.top)) if facts.table is not None else 0.0,
        "novelty": lambda: novelty(ranked.top, _counts(facts), facts.n_users),
        "popularity lift": lambda: popularity_lift(ranked.top, liked, _counts(facts)),
        "miscalibration": lambda: miscalibration(
            _shares(facts.kinds, liked, weights), _shares(facts.kinds, ranked.top, np.ones(len(ranked.top)))
        ),
    }
    return [measures[name]() for name in names]


def _counts(facts: CatalogFacts) -> NDArray[np.int64]:
    return facts.counts if facts.counts is not None else np.zeros(len(facts.kinds), dtype=np.int64)


def _profile(case: Case) -> tuple[Rows, NDArray[np.float64]]:
    """What the person who asks liked, and how much."""
    history = case.query.history
    if history is None:
        return np.array([], dtype=np.intp), np.array([])
    liked = history.weights > 0
    return history.rows[liked], history.weights[liked].astype(np.float64)


def _shares(kinds: NDArray[np.intp], rows: Rows, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each category among these items; all 0 where none of them has one."""
    known = kinds[rows] >= 0
    sums = np.zeros(int(kinds.max(initial=-1)) + 1)
    np.add.at(sums, kinds[rows][known], weights[known])
    shares: NDArray[np.float64] = sums / max(sums.sum(), 1e-12)
    return shares
