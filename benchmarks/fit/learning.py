"""Learning to judge fit, and judging each catalog by what was learned on the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.retrieve.fit.model import FitModel
from benchmarks.fit.asked import Asked
from benchmarks.fit.forest import grow, platt
from benchmarks.fit.pairs import Pairs

FOLDS = 2  # of catalogs, for calibration
# Share of requests that can be answered and are refused. A floor found on some catalogs refuses up to twice as many on
# another one, and 0.02 is the most that is wanted.
MOST_REFUSED = 0.01


def learn(pairs: Pairs, asked: Sequence[Asked]) -> FitModel:
    """A model of these pairs; calibrated, and its floor set, on catalogs that the trees have not seen."""
    known = ~np.isnan(pairs.labels)
    catalog = np.array([asked[at].catalog for at in pairs.request])
    odds = np.zeros(len(known))
    names = sorted(set(catalog))
    for fold in range(min(FOLDS, len(names))):
        inside = np.isin(catalog, names[fold::FOLDS])
        odds[inside] = _odds(pairs.where(known & ~inside), pairs.figures[inside])
    slope, shift = platt(odds[known], pairs.labels[known], pairs.weights[known])
    fits = 1 / (1 + np.exp(-(slope * odds + shift)))
    trained = pairs.where(known)
    forest, base = grow(trained.figures, trained.labels, trained.weights * _scale(trained))
    return FitModel(forest, base, slope, shift, floor_of(fits, pairs, asked))


def floor_of(fits: NDArray[np.float64], pairs: Pairs, asked: Sequence[Asked]) -> float:
    """The fit of the best candidate below which so few requests that can be answered lie that they may be refused."""
    best = best_of(fits, pairs, len(asked))
    can = [at for at in np.unique(pairs.request) if asked[at].band in ("written", "judged")]
    return float(np.quantile(best[can], MOST_REFUSED))


def best_of(fits: NDArray[np.float64], pairs: Pairs, n_asked: int) -> NDArray[np.float64]:
    """The fit of the best candidate of each request, shape (n_asked,)."""
    best = np.zeros(n_asked)
    np.maximum.at(best, pairs.request[pairs.shown], fits[pairs.shown])
    return best


def unseen(pairs: Pairs, asked: Sequence[Asked]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The fit of each pair by a model that has not seen its catalog, and whether its request is refused."""
    catalog = np.array([asked[at].catalog for at in pairs.request])
    fits, refused = np.zeros(len(catalog)), np.zeros(len(asked), dtype=bool)
    for name in sorted(set(catalog)):
        inside = catalog == name
        model = learn(pairs.where(~inside), asked)
        fits[inside] = _fits(model, pairs.figures[inside])
        of_catalog = np.array([request.catalog == name for request in asked])
        refused |= of_catalog & (best_of(fits, pairs, len(asked)) < model.floor)
    return fits, refused


def _fits(model: FitModel, figures: NDArray[np.float64]) -> NDArray[np.float64]:
    odds = model.slope * (model.base + model.forest(figures)) + model.shift
    return np.asarray(1 / (1 + np.exp(-odds)))


def _odds(pairs: Pairs, figures: NDArray[np.float64]) -> NDArray[np.float64]:
    forest, base = grow(pairs.figures, pairs.labels, pairs.weights * _scale(pairs))
    return base + forest(figures)


def _scale(pairs: Pairs) -> float:
    """So that regularisation means the same however many requests there are: a mean weight of one half."""
    return float(0.5 * len(pairs.weights) / pairs.weights.sum())
