"""Gradient boosting of shallow trees, and Platt's calibration, in numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from agent.retrieve.fit.model import Forest

LEAST_GAIN = 1e-6
N_TREES, DEPTH, RATE, RIDGE, LEAST_WEIGHT, N_BINS = 80, 3, 0.12, 4.0, 0.3, 32

Figures = NDArray[np.float64]


def grow(figures: Figures, labels: Figures, weights: Figures) -> tuple[Forest, float]:
    """A forest whose sums are log odds of the labels, and the log odds before any tree.

    Args:
        figures: Shape (n, n_features).
        labels: In [0, 1], shape (n,).
        weights: How much each row counts.
    """
    edges = [np.unique(np.quantile(column, np.linspace(0, 1, N_BINS + 1)[1:-1])) for column in figures.T]
    bins = np.column_stack(
        [np.searchsorted(edge, column, side="left") for edge, column in zip(edges, figures.T, strict=True)]
    )
    mean = np.average(labels, weights=weights)
    base = float(np.log(mean / (1 - mean)))
    bins = np.ascontiguousarray(bins + np.arange(bins.shape[1]) * N_BINS)
    odds = np.full(len(labels), base)
    trees = []
    for _ in range(N_TREES):
        chance = 1 / (1 + np.exp(-odds))
        tree, added = _tree(bins, edges, weights * (labels - chance), weights * chance * (1 - chance))
        odds += added
        trees.append(tree)
    features, bounds, leaves = (np.array(part) for part in zip(*trees, strict=True))
    return Forest(features.astype(np.intp), bounds, leaves), base


def _tree(
    bins: NDArray[np.intp], edges: list[Figures], slopes: Figures, curves: Figures
) -> tuple[tuple[list[int], list[float], list[float]], Figures]:
    """A tree of Newton steps, and what it adds to each row."""
    features, bounds = [0] * (2**DEPTH - 1), [np.inf] * (2**DEPTH - 1)
    node = np.zeros(len(bins), dtype=np.intp)
    for at in range(2**DEPTH - 1):
        inside = node == at
        split = _split(bins[inside], slopes[inside], curves[inside])
        if split is not None:
            features[at], bounds[at] = split[0], float(edges[split[0]][split[1]])
            right = inside & (bins[:, split[0]] > split[0] * N_BINS + split[1])
        else:
            right = np.zeros(len(bins), dtype=bool)
        node[inside] = 2 * at + 1
        node[right] = 2 * at + 2
    leaf = node - (2**DEPTH - 1)
    slope, curve = (np.bincount(leaf, weights=part, minlength=2**DEPTH) for part in (slopes, curves))
    leaves = RATE * slope / (curve + RIDGE)
    return (features, [1e9 if np.isinf(bound) else bound for bound in bounds], leaves.tolist()), leaves[leaf]


def _split(bins: NDArray[np.intp], slopes: Figures, curves: Figures) -> tuple[int, int] | None:
    """The feature and bin behind which splitting gains most; None where no split gains.

    Args:
        bins: Each feature's bins in a range of their own, `N_BINS` apart.
    """
    n_features = bins.shape[1]
    slope, curve = (np.cumsum(_sums(bins, values, n_features), axis=1)[:, :-1] for values in (slopes, curves))
    total_slope, total_curve = slopes.sum(), curves.sum()
    gains = (
        slope**2 / (curve + RIDGE)
        + (total_slope - slope) ** 2 / (total_curve - curve + RIDGE)
        - total_slope**2 / (total_curve + RIDGE)
    )
    gains[(curve < LEAST_WEIGHT) | (total_curve - curve < LEAST_WEIGHT)] = 0
    feature, at = np.unravel_index(int(np.argmax(gains)), gains.shape)
    return (int(feature), int(at)) if gains[feature, at] > LEAST_GAIN else None


def _sums(bins: NDArray[np.intp], values: Figures, n_features: int) -> Figures:
    """By feature and bin the sum of values, shape (n_features, N_BINS)."""
    spread = np.repeat(values, n_features)
    return np.bincount(bins.ravel(), weights=spread, minlength=n_features * N_BINS).reshape(n_features, N_BINS)


def platt(odds: Figures, labels: Figures, weights: Figures) -> tuple[float, float]:
    """Slope and shift that make log odds those of the labels.

    Source: Platt, Probabilistic Outputs for Support Vector Machines, 1999.
    """

    def loss(parameters: Figures) -> float:
        margin = parameters[0] * odds + parameters[1]
        return float(np.average(np.logaddexp(0, margin) - labels * margin, weights=weights))

    fitted = minimize(loss, np.array([1.0, 0.0]), method="BFGS").x
    return float(fitted[0]), float(fitted[1])
