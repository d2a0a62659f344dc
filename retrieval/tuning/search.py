"""Search: try settings on one side of the requests, and choose one that the other side may judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.tuning.panel import Panel, Values
from retrieval.tuning.proposals import Proposer
from retrieval.tuning.setting import FusionSetting


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A setting, and nDCG@10 of every request under it."""

    setting: FusionSetting
    values: Values

    @property
    def mean(self) -> float:
        """What is maximised."""
        return float(self.values.mean())


def trials(
    panel: Panel, default: FusionSetting, proposer: Proposer, n: int, absolute: frozenset[str]
) -> Iterator[Trial]:
    """The default first, then what the proposer proposes, `n` settings in all; one that was tried counts again.

    Ends early when the proposer has no more.
    """
    yield Trial(default, panel.values(default.make(absolute)))
    for _ in range(n - 1):
        setting = proposer.ask()
        if setting is None:
            return
        trial = Trial(setting, panel.values(setting.make(absolute)))
        proposer.tell(trial.mean)
        yield trial


def chosen_number(tried: Mapping[float, Values], default: float) -> float:
    """The number nearest to the default among those that cannot be told from the best; see `chosen`.

    Args:
        tried: By number nDCG@10 of every request under it.
    """
    best = max(tried.values(), key=lambda values: float(values.mean()))
    return min(
        (number for number, values in tried.items() if near(values, best)), key=lambda number: abs(number - default)
    )


def chosen(tried: Sequence[Trial], default: FusionSetting) -> Trial:
    """The setting nearest to the default among those that cannot be told from the best.

    A setting cannot be told from the best when it loses to it by less than the standard error of their difference over
    the requests: made-up requests decide nothing finer, and every needless change is a risk.

    Source: the one-standard-error rule of Breiman, Friedman, Olshen and Stone, Classification and Regression Trees,
    1984, section 3.4.3, taken pairwise.
    """
    best = max(tried, key=lambda trial: trial.mean)
    return min((trial for trial in tried if near(trial.values, best.values)), key=_by_change(default))


def near(values: Values, best: Values) -> bool:
    """Whether these lose to the best by no more than the standard error of the difference."""
    lost = best - values
    # of the paired difference: requests are easy or hard for all settings alike
    error = float(lost.std(ddof=1)) / np.sqrt(len(lost)) if len(lost) > 1 else 0.0
    return bool(lost.mean() <= error)


def _by_change(default: FusionSetting) -> Callable[[Trial], tuple[float, float]]:
    return lambda trial: (trial.setting.distance(default), -trial.mean)
