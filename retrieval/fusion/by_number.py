"""What is called by the model number that is asked for, put before all that only comes near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from retrieval.fusion import Fusion, Pool, Scores, shares
from retrieval.query import CalledRows

EXACTLY, NEARLY = 0.5, 0.25  # the least score of what is called so, and of what is called nearly so
OTHERS = 0.25  # the share of its score that all else keeps: likeness says little where a number is asked for


@dataclass(frozen=True, slots=True, eq=False)
class ByNumber:
    """A fusion whose scores are brought into steps: called so, called nearly so, not called so.

    Attributes:
        fusion: Makes the scores.
        called: The items of the first two steps.
    """

    aspect: ClassVar[str] = "number"
    fusion: Fusion
    called: CalledRows

    @property
    def name(self) -> str:
        """The name of the fusion."""
        return self.fusion.name

    def __call__(self, pool: Pool) -> Scores:
        """The scores, in [0, 1] where those of the fusion are."""
        fused = self.fusion(pool)
        exactly, nearly = (np.isin(pool.rows, rows) for rows in (self.called.exactly, self.called.nearly))
        steps = [EXACTLY + (1 - EXACTLY) * fused, NEARLY + (EXACTLY - NEARLY) * fused]
        return np.select([exactly, nearly], steps, OTHERS * fused)

    def shares(self, channels: frozenset[str]) -> Mapping[str, float]:
        """The fixed shares of the fusion."""
        return shares(self.fusion, channels)


__all__ = ["ByNumber"]
