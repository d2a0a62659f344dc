"""Cascade: a cheap channel ranks all candidates, the next re-orders only the best of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.channels.registry import costs
from retrieval.fusion import Pool, Scores
from retrieval.fusion.weighted import filled, min_max

BELOW = 0.999  # the best score of a stage, so that whoever reaches the next one is always above


@dataclass(frozen=True, slots=True)
class Cascade:
    """s(i) = (stages survived + minmax of the score in the last stage reached) / number of stages.

    The channels with the highest weights are the stages, the cheapest of them first. Each stage orders the survivors
    of the one before, who all stay above those left behind; these keep the order they had. Where the cut falls among
    equal scores, all of them survive.

    Attributes:
        weights: By channel; they choose the stages and say no more.
        stages: Most channels that are asked.
        keep: Share of a stage's candidates that survive it, in (0, 1).

    Source: Wang, Lin and Metzler, A Cascade Ranking Model for Efficient Ranked Retrieval, SIGIR 2011.
    """

    weights: Mapping[str, float]
    stages: int = 2
    keep: float = 0.5
    name: str = "cascade"

    def __call__(self, pool: Pool) -> Scores:
        """In [0, 1)."""
        fused = np.zeros(len(pool.rows))
        alive = np.ones(len(pool.rows), dtype=bool)
        stages = self._stages(pool)
        for reached, channel in enumerate(stages):
            scores = filled(pool.scores[channel][alive])
            fused[alive] = (reached + BELOW * min_max(scores)) / len(stages)
            alive[alive] = _best(scores, self.keep)
        return fused

    def _stages(self, pool: Pool) -> list[str]:
        """The channels that are asked, in order: those that answered and know a candidate."""
        usable = [
            name
            for name, scores in pool.scores.items()
            if self.weights.get(name, 0.0) > 0 and np.isfinite(scores).any()
        ]
        strongest = sorted(usable, key=lambda name: (-self.weights[name], name))[: self.stages]
        cost = costs()
        return sorted(strongest, key=lambda name: (cost.get(name, math.inf), name))


def _best(scores: Scores, share: float) -> NDArray[np.bool_]:
    """Which scores are among the best, all equals of the last one included."""
    n = math.ceil(share * len(scores))
    if n == 0:
        return np.zeros(len(scores), dtype=bool)
    survives: NDArray[np.bool_] = scores >= np.partition(scores, len(scores) - n)[len(scores) - n]
    return survives
