"""The guard: a setting is kept only when requests that no trial has seen prove it better than the default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.evaluation.significance import Interval, intervals
from retrieval.tuning.panel import Values

FEWEST = 20  # requests below which nothing is proven


@dataclass(frozen=True, slots=True)
class Verdict:
    """What held-back requests say of a setting.

    Attributes:
        kept: Whether it replaces the default.
        why: In words.
        default: nDCG@10 of the default.
        tuned: nDCG@10 of the setting.
        gain: Of the setting over the default, request by request.
        n: Held-back requests.
    """

    kept: bool
    why: str
    default: Interval
    tuned: Interval
    gain: Interval
    n: int


def judge(default: Values, tuned: Values, sorts: Sequence[str], seed: int, fewest: int = FEWEST) -> Verdict:
    """Compare a setting with the default on held-back requests.

    Kept when the lower bound of the paired gain lies above 0, and no sort of request certainly loses more than all gain
    together: what one sort gains at such a cost to another would be an accident of the mix.

    Args:
        default: nDCG@10 of each request, shape (n,), n at least 1.
        tuned: Of the same requests.
        sorts: What each request was made of.
        seed: Of the resamples.
        fewest: Requests below which nothing is proven.
    """
    gaps = tuned - default
    before, after, gain = intervals(np.stack([default, tuned, gaps], axis=1), seed)
    proven, why = _decide(gain, _losing(gaps, sorts, gain.mean, seed), len(gaps), fewest)
    return Verdict(proven, why, before, after, gain, len(gaps))


def _decide(gain: Interval, losing: Sequence[str], n: int, fewest: int) -> tuple[bool, str]:
    bounds = f"{gain.mean:+.3f} nDCG@10, 95 % between {gain.low:+.3f} and {gain.high:+.3f}"
    if n < fewest:
        return False, f"{n} held-back requests are too few to prove anything"
    if gain.low <= 0:
        return False, f"not proven better on {n} held-back requests ({bounds})"
    if losing:
        return False, f"better in all ({bounds}), but worse for {', '.join(losing)}"
    return True, f"better on {n} held-back requests ({bounds})"


def _losing(gaps: Values, sorts: Sequence[str], gain: float, seed: int) -> list[str]:
    """Sorts of request that certainly lose, and more than is gained in all."""
    of_sort: defaultdict[str, list[float]] = defaultdict(list)
    for sort, gap in zip(sorts, gaps.tolist(), strict=True):
        of_sort[sort].append(gap)
    gains = {sort: intervals(np.array(own)[:, None], seed)[0] for sort, own in sorted(of_sort.items())}
    return [sort for sort, interval in gains.items() if interval.high < 0 and -interval.mean > gain]
