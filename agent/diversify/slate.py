"""Arrangement: how a ranked list becomes the list that is shown: without twins, various, in the shares of a past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.diversify.calibration import Calibrator
from agent.diversify.mmr import diversify
from agent.diversify.near_duplicates import Folded, folded
from agent.rerank.scored import Scored
from retrieval.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """What is done with a ranked list.

    Attributes:
        diversity: How much variety counts beside fitness, in [0, 1].
        calibrator: What the shares of kinds are calibrated to; None where to nothing.
        fold: Whether items that are all but the same are shown once.
    """

    snapshot: Snapshot
    diversity: float
    calibrator: Calibrator | None
    fold: bool

    def __call__(self, ranked: Sequence[Scored], k: int) -> tuple[list[Scored], Folded]:
        """The `k` items to show, and what was folded."""
        kin = folded(ranked, self.snapshot) if self.fold else Folded(list(ranked), {}, frozenset())
        return diversify(kin.leaders, self.snapshot, k, self.diversity, self.calibrator), kin
