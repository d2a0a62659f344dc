"""What a person does not want, held back in the list without being ruled out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from retrieval.fusion import Fusion, Pool, Scores, shares
from retrieval.snapshot import Rows

SHARE = 0.3  # of its score that an unwanted item loses


@dataclass(frozen=True, slots=True, eq=False)
class HeldBack:
    """A fusion in which some items lose a share of their score.

    Attributes:
        fusion: Makes the scores.
        rows: The items that lose, as rows of the catalog.
    """

    aspect: ClassVar[str] = "unwanted"
    fusion: Fusion
    rows: Rows

    @property
    def name(self) -> str:
        """The name of the fusion."""
        return self.fusion.name

    def __call__(self, pool: Pool) -> Scores:
        """The scores, less `SHARE` of their size for unwanted items."""
        fused = self.fusion(pool)
        return np.where(np.isin(pool.rows, self.rows), fused - SHARE * np.abs(fused), fused)

    def shares(self, channels: frozenset[str]) -> Mapping[str, float]:
        """The fixed shares of the fusion."""
        return shares(self.fusion, channels)
