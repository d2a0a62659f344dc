"""Requests and candidates as rows to learn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.retrieve.fit import FitEvidence
from benchmarks.fit.asked import Asked
from benchmarks.fit.catalogs import FitCatalog
from benchmarks.workspaces import now_and_then

MOST_EXTRA = 6  # right items beyond the candidates

WEIGHTS = {
    "written": 1.0,
    "judged": 1.0,
    "tagged": 0.5,  # a dish without the tag may be of it all the same
    "known item": 0.5,
    "nothing": 1.0,
    "other": 0.5,
    "left out": 0.7,
    "flipped": 1.0,
}


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of a request and a candidate.

    Attributes:
        figures: The evidence, shape (n, n_features).
        labels: 1 where the item is right, 0 where not, NaN where nobody knows, shape (n,).
        weights: Shape (n,); those of one request sum to the weight of its band.
        request: To which request each belongs.
        shown: Whether it is among the candidates that retrieval proposes.
    """

    figures: NDArray[np.float64]
    labels: NDArray[np.float64]
    weights: NDArray[np.float64]
    request: NDArray[np.intp]
    shown: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Some of the pairs."""
        parts = (self.figures, self.labels, self.weights, self.request, self.shown)
        return Pairs(*(part[chosen] for part in parts))


def pairs_of(asked: Sequence[Asked], catalogs: Iterable[FitCatalog]) -> Pairs:
    """The pairs of all requests."""
    by_name = {catalog.name: catalog for catalog in catalogs}
    tell, parts = now_and_then(), []
    for at, request in enumerate(asked):
        tell(f"evidence: {at:,} of {len(asked):,} requests")
        parts.append(_pairs(at, request, by_name[request.catalog]))
    return Pairs(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _pairs(at: int, request: Asked, catalog: FitCatalog) -> tuple[NDArray[np.generic], ...]:
    hidden = np.array(sorted(request.hidden), dtype=np.intp)
    sought = catalog.without(catalog.sought(request.text, request.language), hidden)
    shown = catalog.candidates(sought, hidden)
    known = np.array(sorted(request.judged or request.right), dtype=np.intp)
    extra = np.setdiff1d(known, shown)
    rows = np.concatenate((shown, extra if request.judged else extra[:MOST_EXTRA])).astype(np.intp)
    allowed = None
    if hidden.size:
        allowed = np.ones(len(catalog.snapshot.items), dtype=bool)
        allowed[hidden] = False
    figures = FitEvidence.gather(catalog.ground, sought, rows, allowed).figures
    labels = np.array([_label(request, int(row)) for row in rows])
    n_known = max(1, int((~np.isnan(labels)).sum()))
    weights = np.where(np.isnan(labels), 0.0, WEIGHTS[request.band] / n_known)
    return figures, labels, weights, np.full(len(rows), at), np.arange(len(rows)) < len(shown)


def _label(request: Asked, row: int) -> float:
    if request.judged:
        return float(request.judged[row]) if row in request.judged else float("nan")
    return float(row in request.right)
