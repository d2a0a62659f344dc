"""Latent factors: ALS and BPR, fitted by the library `implicit`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.collaborative.behaviour import Behaviour
from retrieval.query import History

FACTORS = 64
CONFIDENCE = 10.0
REGULARISATION = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Als:
    """Weighted matrix factorisation by alternating least squares.

    Loss: sum over (u, i) of c(u, i) * (p(u, i) - x(u) y(i))^2 + regularisation * (|X|^2 + |Y|^2), with p = 1 and
    c = 1 + confidence where u touched i, else p = 0 and c = 1. A history is folded in as a new person: x solves
    (Y'Y + sum of (c - 1) y y' + regularisation * I) x = sum of c p y, where c - 1 is confidence * |weight| and p is
    1 for what was liked and 0 for what was not.

    Attributes:
        items: Y, float32, shape (n_items, factors); 0 for an item that nobody touched.
        gram: Y'Y + regularisation * I, shape (factors, factors).
        warm: Whether somebody touched the item, shape (n_items,).

    Source: Hu, Koren and Volinsky, Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008, equations 3
    and 4.
    """

    items: NDArray[np.float32]
    gram: NDArray[np.float32]
    warm: NDArray[np.bool_]
    name: str = "als"

    @classmethod
    def fit(cls, behaviour: Behaviour, *, factors: int = FACTORS, iterations: int = 15, seed: int = 0) -> Als:
        """Fit on everybody's behaviour; the same seed gives the same factors on one thread."""
        warm = behaviour.counts > 0
        if not warm.any():
            return cls(np.zeros((behaviour.n_items, 1), np.float32), np.eye(1, dtype=np.float32), warm)
        from implicit.cpu.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1, "blas"):  # its own threads would fight those of the algebra below it
            model = AlternatingLeastSquares(
                factors=factors,
                regularization=REGULARISATION,
                alpha=1.0 + CONFIDENCE,
                iterations=iterations,
                random_state=seed,
                num_threads=1,
            )
            model.fit(behaviour.matrix(), show_progress=False)
        # an item that nobody touched has nothing to be placed by, whatever the library leaves there
        items = np.where(warm[:, None], np.asarray(model.item_factors, dtype=np.float32), 0)
        gram = items.T @ items + REGULARISATION * np.eye(items.shape[1], dtype=np.float32)
        return cls(items, gram.astype(np.float32), warm)

    def scores(self, history: History) -> NDArray[np.float32]:
        """x Y' of the folded-in person."""
        known = self.warm[history.rows]
        if not known.any():
            return np.full(len(self.warm), np.nan, dtype=np.float32)
        own, weights = self.items[history.rows[known]], history.weights[known]
        # a dislike is trusted as much as a liking of its size, and pulls towards 0 instead of 1
        extra = CONFIDENCE * np.abs(weights)
        left = self.gram + (own * extra[:, None]).T @ own
        person = np.linalg.solve(left, ((1 + extra) * (weights > 0)) @ own)
        return np.where(self.warm, self.items @ person, np.nan).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Bpr:
    """Matrix factorisation by Bayesian personalised ranking.

    Loss: - sum over (u, i, j) of ln sigmoid(x(u) y(i) - x(u) y(j)) + regularisation * (|X|^2 + |Y|^2), where u touched
    i and not j. The sum has no closed form for a new person; a history is folded in as the weighted mean of its items'
    factors, to which the loss draws a person's own.

    Attributes:
        items: Y, float32, shape (n_items, factors).
        bias: What an item has with everybody, shape (n_items,).
        warm: Whether somebody touched the item, shape (n_items,).

    Source: Rendle et al., BPR: Bayesian Personalized Ranking from Implicit Feedback, UAI 2009, section 4.
    """

    items: NDArray[np.float32]
    bias: NDArray[np.float32]
    warm: NDArray[np.bool_]
    name: str = "bpr"

    @classmethod
    def fit(cls, behaviour: Behaviour, *, factors: int = FACTORS, iterations: int = 100, seed: int = 0) -> Bpr:
        """Fit on everybody's behaviour; the same seed gives the same factors."""
        warm, n = behaviour.counts > 0, behaviour.n_items
        if not warm.any():
            return cls(np.zeros((n, 1), np.float32), np.zeros(n, np.float32), warm)
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        model = BayesianPersonalizedRanking(
            factors=factors, learning_rate=0.05, iterations=iterations, random_state=seed, num_threads=1
        )
        model.fit(behaviour.matrix(), show_progress=False)
        learned = np.asarray(model.item_factors, dtype=np.float32)  # the last column holds the bias
        return cls(np.ascontiguousarray(learned[:, :-1]), np.ascontiguousarray(learned[:, -1]), warm)

    def scores(self, history: History) -> NDArray[np.float32]:
        """x Y' + bias of the folded-in person."""
        known = self.warm[history.rows]
        if not known.any():
            return np.full(len(self.warm), np.nan, dtype=np.float32)
        weights = history.weights[known]
        person = weights @ self.items[history.rows[known]] / max(float(np.abs(weights).sum()), 1e-12)
        return np.where(self.warm, self.items @ person + self.bias, np.nan).astype(np.float32)
