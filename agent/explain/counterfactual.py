"""The ranking of one request as a function of what is left out of it.

Each is left out of the real ranker: the fusion over the same candidates, the language model's likelihoods as they are
known already, `max_shift` and the diversity of the list. No model is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from agent.config import AgentConfig
from agent.diversify import mmr
from agent.diversify.calibration import Calibrator
from agent.rerank.blend import reorder
from retrieval.fusion import Fusion, Pool, Scores
from retrieval.similarity import likeness
from retrieval.snapshot import Rows, Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class CounterfactualRanker:
    """The order of one request's candidates, as a function of what is left out.

    Attributes:
        pool: What all channels said of everything they proposed.
        n_candidates: How many of them were candidates.
        likelihoods: By row what the language model said of those it was asked about.
        calibrator: What the list is calibrated to; None where it is to nothing.
        folded: Rows that are folded into others, and not listed.
    """

    pool: Pool
    fusion: Fusion
    snapshot: Snapshot
    config: AgentConfig
    n_candidates: int
    likelihoods: Mapping[int, float]
    calibrator: Calibrator | None = None
    folded: frozenset[int] = frozenset()
    _known: dict[frozenset[str], Scores] = field(default_factory=dict, init=False, repr=False)

    def fused(self, without: frozenset[str] = frozenset()) -> Scores:
        """The fused score of everything in the pool, shape (n,); made once for each that is left out."""
        if without not in self._known:
            self._known[without] = self.fusion(self.pool.without(without))
        return self._known[without]

    def opinions(self) -> tuple[Rows, list[float]]:
        """The rows that the language model was asked about, and what it said of each; NaN where it gave no number."""
        fused = self.fused()
        first = np.argsort(-fused, kind="stable")[: min(self.n_candidates, self.config.n_rerank)]
        rows = self.pool.rows[first]
        return rows, self._likelihoods(rows)

    def __call__(self, without: frozenset[str] = frozenset()) -> Mapping[int, tuple[int, float]]:
        """By row its rank from 1 and its score; whoever is no candidate comes after them, as the fusion orders it."""
        fused = self.fused(without)
        order = np.argsort(-fused, kind="stable")
        first = order[: self.n_candidates]
        places, scores = self._reranked(first, fused[first].tolist())
        # Twins stay folded as they are shown: what they would be without a channel is another question.
        leaders = [at for at, place in enumerate(places) if int(self.pool.rows[first][place]) not in self.folded]
        places, scores = [places[at] for at in leaders], [scores[at] for at in leaders]
        rows = self.pool.rows[first][places]
        rest = self.pool.rows[order[self.n_candidates :]].tolist()
        listed = [*self._diversified(rows, scores), *range(len(rows), len(rows) + len(rest))]
        all_rows = [*rows.tolist(), *rest]
        all_scores = [*scores, *fused[order[self.n_candidates :]].tolist()]
        return {all_rows[at]: (rank, all_scores[at]) for rank, at in enumerate(listed, start=1)}

    def _reranked(self, first: Rows, scores: list[float]) -> tuple[list[int], list[float]]:
        """Positions in `first` in their new order, and the scores at these places."""
        if not self.likelihoods:
            return list(range(len(first))), scores
        return reorder(scores, self._likelihoods(self.pool.rows[first][: self.config.n_rerank]), self.config)

    def _likelihoods(self, rows: Rows) -> list[float]:
        # Who was no candidate before was never put to the model: it counts as one that gave no number.
        return [self.likelihoods.get(int(row), np.nan) for row in rows]

    def _diversified(self, rows: Rows, scores: Sequence[float]) -> list[int]:
        if self.config.diversity <= 0 or len(rows) < 2:
            return list(range(len(rows)))
        calibration = self.calibrator.of(rows) if self.calibrator else None
        return mmr(scores, likeness(self.snapshot, rows), len(rows), self.config.diversity, calibration)
