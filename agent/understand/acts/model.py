"""The classifier of acts: a linear layer with a softmax, its temperature fitted on sentences it was not trained on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from agent.understand.acts.act import ACTS

WEIGHTS = "acts.npz"


@dataclass(frozen=True, slots=True, eq=False)
class ActModel:
    """Probabilities of acts from features.

    Attributes:
        weights: float32, shape (n_features, len(ACTS)).
        bias: float32, shape (len(ACTS),).
        temperature: What scores are divided by, so that probabilities come true as often as they say.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float

    @classmethod
    def read(cls, path: Path) -> Self:
        """The model of a file that `write` made."""
        with np.load(path, allow_pickle=False) as arrays:
            if tuple(arrays["acts"].tolist()) != ACTS:
                raise ValueError(f"{path}: trained for other acts. Train it anew: python -m benchmarks.train_acts")
            weights = arrays["weights"].astype(np.float32) * arrays["scales"].astype(np.float32)
            return cls(weights, arrays["bias"], float(arrays["temperature"]))

    def write(self, path: Path) -> None:
        """Store the model; weights as whole numbers of eight bits, each act with a scale of its own."""
        scales = np.abs(self.weights).max(axis=0) / 127
        whole = np.round(self.weights / scales).astype(np.int8)
        np.savez_compressed(
            path,
            acts=np.array(ACTS),
            weights=whole,
            scales=scales.astype(np.float32),
            bias=self.bias.astype(np.float32),
            temperature=np.float32(self.temperature),
        )

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shape (n, len(ACTS)); each row sums to one."""
        scores = (features @ self.weights + self.bias) / self.temperature
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


@cache
def shipped() -> ActModel:
    """The model that comes with the product."""
    with as_file(files("agent.understand.acts") / WEIGHTS) as path:
        return ActModel.read(path)


__all__ = ["WEIGHTS", "ActModel", "shipped"]
