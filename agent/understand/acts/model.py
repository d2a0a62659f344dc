"""The classifier of acts: one hidden layer and a softmax, its temperature fitted on sentences it was not trained on."""

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
        hidden: float32, shape (n_features, n_hidden).
        hidden_bias: float32, shape (n_hidden,).
        weights: float32, shape (n_hidden, len(ACTS)).
        bias: float32, shape (len(ACTS),).
        temperature: What scores are divided by, so that probabilities come true as often as they say.
    """

    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float

    @classmethod
    def read(cls, path: Path) -> Self:
        """The model of a file that `write` made."""
        with np.load(path, allow_pickle=False) as arrays:
            if tuple(arrays["acts"].tolist()) != ACTS:
                raise ValueError(f"{path}: trained for other acts. Train it anew: python -m benchmarks.train_acts")
            hidden = arrays["hidden"].astype(np.float32) * arrays["scales"]
            temperature = float(arrays["temperature"])
            return cls(hidden, arrays["hidden_bias"], arrays["weights"], arrays["bias"], temperature)

    def write(self, path: Path) -> None:
        """Store the model; the large layer as whole numbers of eight bits, each unit with a scale of its own."""
        scales = np.maximum(np.abs(self.hidden).max(axis=0), 1e-9) / 127
        whole = np.round(self.hidden / scales).astype(np.int8)
        np.savez_compressed(
            path,
            acts=np.array(ACTS),
            hidden=whole,
            scales=scales.astype(np.float32),
            hidden_bias=self.hidden_bias.astype(np.float32),
            weights=self.weights.astype(np.float32),
            bias=self.bias.astype(np.float32),
            temperature=np.float32(self.temperature),
        )

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shape (n, len(ACTS)); each row sums to one."""
        scores = self.scores(features) / self.temperature
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the softmax is taken of, shape (n, len(ACTS))."""
        before = features @ self.hidden + self.hidden_bias
        return np.asarray(np.maximum(before, 0.0) @ self.weights + self.bias, dtype=np.float32)


@cache
def shipped() -> ActModel:
    """The model that comes with the product."""
    with as_file(files("agent.understand.acts") / WEIGHTS) as path:
        return ActModel.read(path)


__all__ = ["WEIGHTS", "ActModel", "shipped"]
