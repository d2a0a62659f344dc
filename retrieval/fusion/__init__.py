"""Fusion: the scores of several channels become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


class Fusion(Protocol):
    """Makes one score of many."""

    def __call__(self, scores: Mapping[str, Scores]) -> Mapping[str, Scores]:
        """What each channel adds to each candidate's fused score.

        Args:
            scores: Per channel its scores of the same candidates, shape (n,), NaN where a candidate lacks it.

        Returns:
            Per channel its contribution, shape (n,), never NaN; their sum is the fused score.
        """

    def shares(self, channels: Iterable[str]) -> Mapping[str, float]:
        """The share of each channel in the fused score when these have answered; they sum to one."""
