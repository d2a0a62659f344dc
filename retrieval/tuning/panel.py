"""Panels: many requests with known answers, each channel asked once, so that a trial only fuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.cases import Case
from retrieval.fusion import Fusion, Pool, Scores
from retrieval.retriever import Retriever
from retrieval.snapshot import Rows

K = 10
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PooledCase:
    """One request, with what all channels say of its candidates.

    Attributes:
        gains: Of the pool's rows, 0 where not relevant, shape (n,).
        ideal: DCG of the best list there could be, of all relevant items, whether or not a channel proposed them.
    """

    case: Case
    pool: Pool
    gains: NDArray[np.float64]
    ideal: float

    @classmethod
    def of(cls, case: Case, retriever: Retriever) -> PooledCase:
        """Ask all channels of the retriever's plan about the candidates that they propose."""
        # so many more are proposed as are hidden, since hidden ones may be the best of all
        rows = np.setdiff1d(retriever.propose(case.query, retriever.depth + len(case.hidden)), case.hidden)
        hidden = set(case.hidden.tolist())
        relevant = {row: gain for row, gain in case.gains.items() if row not in hidden}
        gains = np.array([relevant.get(int(row), 0.0) for row in rows], dtype=np.float64)
        # of all answers, proposed or not: what no channel finds must cost
        best = np.sort(np.fromiter(relevant.values(), dtype=np.float64, count=len(relevant)))[::-1]
        return cls(case, retriever.pool(case.query, rows), gains, dcg(best[:K]))

    def ndcg(self, order: Rows) -> float:
        """nDCG@10 of a list, given as positions in the pool, best first; 0 where nothing is relevant."""
        return dcg(self.gains[order[:K]]) / self.ideal if self.ideal else 0.0

    def order(self, fused: Scores) -> Rows:
        """Positions in the pool, best first, equal scores in catalog order as the retriever has them."""
        return np.argsort(-fused, kind="stable").astype(np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Requests of one kind."""

    cases: Sequence[PooledCase]

    @classmethod
    def of(cls, cases: Sequence[Case], retriever: Retriever, step: Callable[[], None] = lambda: None) -> Panel:
        """Ask all channels once about all cases; `step` is called after each."""
        pooled = []
        for case in cases:
            pooled.append(PooledCase.of(case, retriever))
            step()
        return cls(pooled)

    @property
    def channels(self) -> frozenset[str]:
        """The channels that have something to say about some request."""
        return frozenset(
            name for pooled in self.cases for name, scores in pooled.pool.scores.items() if np.isfinite(scores).any()
        )

    def values(self, fusion: Fusion) -> Values:
        """nDCG@10 of every request under a fusion, shape (n_cases,)."""
        return np.array([pooled.ndcg(pooled.order(fusion(pooled.pool))) for pooled in self.cases])


def dcg(gains: Values) -> float:
    """Sum over places p from 1 of gain(p) / log2(p + 1), as trec_eval counts it."""
    return float(gains @ (1 / np.log2(np.arange(2, len(gains) + 2))))


def by_kind(cases: Sequence[Case]) -> Mapping[str, list[Case]]:
    """The cases of each kind of request, in their order."""
    by_kind: dict[str, list[Case]] = {}
    for case in cases:
        by_kind.setdefault(case.query.kind, []).append(case)
    return by_kind
