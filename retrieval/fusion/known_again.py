"""What a picture of the request shows itself, put before all that only looks like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from retrieval.fusion import Fusion, Pool, Scores, shares

KNOWN = 0.9  # the least score of what is known again; all else is brought below it, in its order


@dataclass(frozen=True, slots=True, eq=False)
class KnownAgain:
    """A fusion in which some items come first: the more surely they were known again, the earlier.

    Attributes:
        fusion: Makes the scores.
        sureness: Of the items that were known again, by row, in (0, 1].
    """

    aspect: ClassVar[str] = "same"
    fusion: Fusion
    sureness: Mapping[int, float]

    @property
    def name(self) -> str:
        """The name of the fusion."""
        return self.fusion.name

    def __call__(self, pool: Pool) -> Scores:
        """The scores, in [0, 1] where those of the fusion are."""
        fused = self.fusion(pool)
        sureness = np.array([self.sureness.get(int(row), 0.0) for row in pool.rows])
        known: NDArray[np.bool_] = sureness > 0
        highest = float(fused[~known].max(initial=0.0))
        others = fused * (KNOWN / highest) if highest > KNOWN and known.any() else fused
        return np.where(known, np.maximum(fused, KNOWN + (1 - KNOWN) * sureness), others)

    def shares(self, channels: frozenset[str]) -> Mapping[str, float]:
        """The fixed shares of the fusion."""
        return shares(self.fusion, channels)


__all__ = ["KNOWN", "KnownAgain"]
