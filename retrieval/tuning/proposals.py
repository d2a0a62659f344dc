"""Where to look next: grid, random and TPE search over fusions and weights."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np

from retrieval.errors import TuningError
from retrieval.tuning.setting import FusionSetting

Method = Literal["tpe", "grid", "random"]
METHODS: tuple[str, ...] = get_args(Method)

_STEPS = (50, 20, 10, 5, 4, 3, 2)  # parts that the whole weight is cut into, finest first


@dataclass(frozen=True, slots=True)
class Space:
    """What may be chosen.

    Attributes:
        fusions: By name; the first is the usual one.
        channels: In a fixed order.
    """

    fusions: tuple[str, ...]
    channels: tuple[str, ...]


class Proposer(Protocol):
    """Proposes settings, one after the other, and may learn from what became of them."""

    def ask(self) -> FusionSetting | None:
        """The next setting to try; None when there is none left."""

    def tell(self, value: float) -> None:
        """The mean nDCG@10 of the setting that was asked for last."""


def proposer(method: str, space: Space, trials: int, seed: int) -> Proposer:
    """The search of this name.

    Raises:
        TuningError: there is none of that name.
    """
    if method == "tpe":
        return Tpe(space, seed)
    if method == "grid":
        return _Sequence(_grid(space, trials))
    if method == "random":
        return _Sequence(_random(space, seed))
    raise TuningError(f"There is no search method {method!r}.", f"Choose one of {', '.join(METHODS)}.")


class Tpe:
    """Tree-structured Parzen estimator: proposes what is likely under good trials and unlikely under bad ones.

    Source: Bergstra, Bardenet, Bengio and Kégl, Algorithms for Hyper-Parameter Optimization, NeurIPS 2011; by optuna.
    """

    def __init__(self, space: Space, seed: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._space = space
        self._study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
        self._trial: optuna.Trial | None = None

    def ask(self) -> FusionSetting:
        """A setting drawn from the estimate so far."""
        trial = self._trial = self._study.ask()
        fusion = trial.suggest_categorical("fusion", self._space.fusions)
        weights = {name: trial.suggest_float(name, 0.0, 1.0) for name in self._space.channels}
        return FusionSetting.of(str(fusion), weights)

    def tell(self, value: float) -> None:
        """Make the estimate better."""
        if self._trial is not None:
            self._study.tell(self._trial, value)


class _Sequence:
    """Settings in a fixed order."""

    def __init__(self, settings: Iterator[FusionSetting]) -> None:
        self._settings = settings

    def ask(self) -> FusionSetting | None:
        return next(self._settings, None)

    def tell(self, value: float) -> None:
        """Nothing is learned."""


def _grid(space: Space, trials: int) -> Iterator[FusionSetting]:
    """All ways to share the weight out in equal parts, as finely as the trials allow, the usual fusion first."""
    fusions = space.fusions
    parts = next((n for n in _STEPS if _n_shares(n, len(space.channels)) * len(fusions) <= trials), None)
    # too few trials for several fusions: the usual one is searched as finely as they allow
    if parts is None:
        fusions = fusions[:1]
        parts = next((n for n in _STEPS if _n_shares(n, len(space.channels)) <= trials), _STEPS[-1])
    for fusion in fusions:
        for shares in _shares(parts, len(space.channels)):
            yield FusionSetting.of(fusion, dict(zip(space.channels, shares, strict=True)))


def _random(space: Space, seed: int) -> Iterator[FusionSetting]:
    """Weights drawn evenly from all that sum to one."""
    dice = np.random.default_rng(seed)
    while True:
        weights = dice.dirichlet(np.ones(len(space.channels))).tolist()
        fusion = space.fusions[int(dice.integers(len(space.fusions)))]
        yield FusionSetting.of(fusion, dict(zip(space.channels, weights, strict=True)))


def _shares(parts: int, n: int) -> Iterator[Sequence[int]]:
    """All ways to share `parts` equal parts out among `n`."""
    for bars in itertools.combinations(range(parts + n - 1), n - 1):
        edges = (-1, *bars, parts + n - 1)
        yield [after - before - 1 for before, after in itertools.pairwise(edges)]


def _n_shares(parts: int, n: int) -> int:
    from math import comb

    return comb(parts + n - 1, n - 1)
