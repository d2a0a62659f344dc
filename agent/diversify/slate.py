"""Slate: how a ranked list becomes the list that is shown: without twins, various, in the shares of a past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.diversify.calibration import Calibrator
from agent.diversify.mmr import diversify
from agent.diversify.near_duplicates import Folded, fold_twins
from agent.rerank import Scored
from retrieval.items import Item
from retrieval.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Slate:
    """The terms on which a ranked list is cut to the list that is shown.

    Attributes:
        diversity: How much variety counts beside fitness, in [0, 1].
        calibrator: What the shares of kinds are calibrated to; None where to nothing.
        fold: Whether items that are all but the same are shown once.
    """

    snapshot: Snapshot
    diversity: float
    calibrator: Calibrator | None
    fold: bool

    def choose(self, ranked: Sequence[Scored], k: int) -> tuple[list[Scored], Folded]:
        """The `k` items to show, and what was folded."""
        twins = fold_twins(ranked, self.snapshot) if self.fold else Folded(list(ranked), {}, frozenset())
        return diversify(twins.leaders, self.snapshot, k, self.diversity, self.calibrator), twins

    def fill(self, bands: Sequence[Sequence[Scored]], k: int) -> tuple[list[Scored], Folded]:
        """The same of several bands: of each only as many as those before it leave room for."""
        chosen, leaders, twins, rows = list[Scored](), list[Scored](), dict[int, tuple[Item, ...]](), frozenset[int]()
        for band in bands:
            more, folded = self.choose(band, k - len(chosen))
            chosen, leaders = [*chosen, *more], [*leaders, *folded.leaders]
            twins, rows = {**twins, **folded.twins}, rows | folded.rows
        return chosen, Folded(leaders, twins, rows)


__all__ = ["Slate"]
