"""How sure a figure is: paired bootstrap intervals, and significance corrected for many comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
LEVEL = 0.05
_BLOCK = 500  # resamples drawn at a time

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over cases, and between what bounds it would lie in 95 of 100 such samples of cases."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A paired difference of means.

    Attributes:
        interval: Of the difference; above 0 the first is better.
        p: Two-sided, corrected for all comparisons made together.
    """

    interval: Interval
    p: float

    @property
    def significant(self) -> bool:
        """Whether it is unlikely to be chance."""
        return self.p < LEVEL


def resampled_means(values: Values, seed: int) -> Values:
    """Means of every column over resamples of the rows, the same resamples for all columns.

    Args:
        values: Shape (n_cases, n_columns), n_cases at least 1.
        seed: Of the draws.

    Returns:
        Shape (RESAMPLES, n_columns).

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    dice, n = np.random.default_rng(seed), len(values)
    even = np.full(n, 1 / n)
    means = np.empty((RESAMPLES, values.shape[1]))
    # how often each case is drawn, times the values: one product of matrices for a block of resamples
    for start in range(0, RESAMPLES, _BLOCK):
        means[start : start + _BLOCK] = dice.multinomial(n, even, size=_BLOCK) @ values / n
    return means


def intervals(values: Values, seed: int) -> list[Interval]:
    """The mean of each column with its 95 % percentile interval."""
    return _intervals(values, resampled_means(values, seed))


def differences(values: Values, baseline: Values, seed: int) -> list[Difference]:
    """Each column against one baseline over the same cases, corrected together.

    The p-value is twice the share of resamples in which the difference is not on its own side of 0.

    Args:
        values: Shape (n_cases, n_columns).
        baseline: Shape (n_cases,).
        seed: Of the draws.

    Source: Smucker, Allan and Carterette, A Comparison of Statistical Significance Tests for Information Retrieval
    Evaluation, CIKM 2007, section 4.2, for the paired bootstrap test.
    """
    gaps = values - baseline[:, None]
    means = resampled_means(gaps, seed)
    # a difference of nothing but rounding is on neither side
    tolerance = 1e-12
    beyond = np.minimum((means <= tolerance).sum(axis=0), (means >= -tolerance).sum(axis=0))
    # the 1 counts what was seen itself: no number of resamples proves a chance of 0
    raw = np.minimum(1.0, 2 * (beyond + 1) / (RESAMPLES + 1))
    return [Difference(interval, p) for interval, p in zip(_intervals(gaps, means), holm(raw.tolist()), strict=True)]


def _intervals(values: Values, means: Values) -> list[Interval]:
    low, high = np.quantile(means, (LEVEL / 2, 1 - LEVEL / 2), axis=0)
    return [Interval(*bounds) for bounds in zip(values.mean(axis=0).tolist(), low.tolist(), high.tolist(), strict=True)]


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values that keep the chance of any false finding among all of them at the level.

    In ascending order, p_i becomes the largest of (m - j + 1) p_j for j <= i, at most 1.

    Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scand. J. Statistics 6(2), 1979.
    """
    corrected, highest = [0.0] * len(p_values), 0.0
    for place, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[at]))
        corrected[at] = highest
    return corrected
