"""The judge of fit: from evidence to the probability that a person with this request would call the item right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.retrieve.fit.evidence import FEATURES, FitEvidence

WEIGHTS = "fit.json"


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Shallow trees whose leaves add up, all of one depth.

    Attributes:
        features: Which feature each inner node looks at, shape (n_trees, 2**depth - 1).
        bounds: Above which value it goes to the right.
        leaves: What each leaf adds, shape (n_trees, 2**depth).

    Source: Friedman, Greedy Function Approximation: A Gradient Boosting Machine, Annals of Statistics 29(5), 2001.
    """

    features: NDArray[np.intp]
    bounds: NDArray[np.float64]
    leaves: NDArray[np.float64]

    def __call__(self, figures: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of the leaves that each row of figures comes to."""
        trees = np.arange(len(self.leaves))
        node = np.zeros((len(figures), len(trees)), dtype=np.intp)
        n_inner = self.features.shape[1] if self.features.ndim == 2 else 0
        while trees.size and node.flat[0] < n_inner:
            right = np.take_along_axis(figures, self.features[trees, node], axis=1) > self.bounds[trees, node]
            node = 2 * node + 1 + right
        return np.asarray(self.leaves[trees, node - n_inner].sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class FitModel:
    """A forest over the evidence, calibrated.

    Attributes:
        forest: Sums of leaves are log odds.
        base: Log odds before any evidence.
        slope: What calibration multiplies log odds by.
        shift: What it adds to them.
        floor: The fit of the best candidate below which nothing in the catalog fits.
    """

    forest: Forest
    base: float
    slope: float
    shift: float
    floor: float

    def of(self, evidence: FitEvidence) -> NDArray[np.float64]:
        """The fit of each candidate, in [0, 1]."""
        odds = self.slope * (self.base + self.forest(evidence.figures)) + self.shift
        return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))

    def nothing_fits(self, fits: NDArray[np.float64]) -> bool:
        """Whether the answer must say that the catalog has nothing of what is asked for."""
        return float(fits.max(initial=0)) < self.floor

    def to_json(self) -> str:
        """The model as text."""
        forest = {
            "features": self.forest.features.tolist(),
            "bounds": np.round(self.forest.bounds, 5).tolist(),
            "leaves": np.round(self.forest.leaves, 5).tolist(),
        }
        numbers = {name: round(getattr(self, name), 5) for name in ("base", "slope", "shift", "floor")}
        return json.dumps({"names": list(FEATURES), **numbers, **forest}, separators=(",", ":")) + "\n"

    @classmethod
    def from_json(cls, text: str) -> FitModel:
        """The model of a text.

        Raises:
            ValueError: it was trained on other evidence.
        """
        saved: Mapping[str, Any] = json.loads(text)
        if tuple(saved["names"]) != FEATURES:
            raise ValueError(f"{WEIGHTS} was trained on other evidence. Run `python -m benchmarks.fit train`.")
        forest = Forest(
            np.array(saved["features"], dtype=np.intp),
            np.array(saved["bounds"], dtype=np.float64),
            np.array(saved["leaves"], dtype=np.float64),
        )
        return cls(forest, saved["base"], saved["slope"], saved["shift"], saved["floor"])


@cache
def fit_model() -> FitModel:
    """The model that comes with the product, read once."""
    return FitModel.from_json((files("agent.retrieve.fit") / WEIGHTS).read_text(encoding="utf-8"))


__all__ = ["FitModel", "Forest", "fit_model"]
