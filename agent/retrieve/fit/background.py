"""How near any words come to the items of a catalog, so that usual means the same in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.language.patterns import data
from retrieval.encoding import Encoder, Vectors
from retrieval.snapshot import DenseTable

SPREAD = 0.02  # of cosines, below which none is taken: items that all requests are equally far from


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """The cosines of one channel to requests of all sorts.

    Attributes:
        means: Of each item, shape (n_items,); NaN for one without a vector.
        spreads: Their standard deviations.
        top: Over the requests, the median cosine of the nearest item.
        top_spread: How far that cosine is from its median, in the median.
    """

    means: NDArray[np.float32]
    spreads: NDArray[np.float32]
    top: float
    top_spread: float

    @classmethod
    def of(cls, table: DenseTable, requests: Vectors) -> Usual:
        """What a table says of requests of all sorts.

        Args:
            requests: Shape (n_requests, dim), unit vectors.
        """
        cosines = _cosines(table, requests)
        there = cosines[~np.isnan(cosines[:, 0])]
        tops = there.max(axis=0) if len(there) else np.zeros(len(requests), dtype=np.float32)
        top = float(np.median(tops))
        return cls(
            cosines.mean(axis=1),
            np.maximum(cosines.std(axis=1), np.float32(SPREAD)),
            top,
            max(SPREAD, 1.4826 * float(np.median(np.abs(tops - top)))),
        )

    def stand_out(self, cosines: NDArray[np.float64], rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """How many standard deviations each cosine lies above what any words have with the item; 0 where it is NaN."""
        return np.nan_to_num((cosines - self.means[rows]) / self.spreads[rows], nan=0.0)

    def lift(self, top: float) -> float:
        """How far the cosine of the nearest item lies above what any words have with theirs."""
        return (top - self.top) / self.top_spread if np.isfinite(top) else 0.0


def background_requests() -> tuple[str, ...]:
    """Requests of all sorts."""
    return tuple(data("agent.retrieve.fit", "background.yaml")["requests"])


def usual_of(tables: Mapping[str, DenseTable], encoders: Mapping[str, Encoder]) -> Mapping[str, Usual]:
    """By channel what it says of requests of all sorts.

    Args:
        encoders: By channel what reads its requests.
    """
    requests = list(background_requests())
    return {
        name: Usual.of(tables[name], encoder.encode(requests)) for name, encoder in encoders.items() if name in tables
    }


def _cosines(table: DenseTable, requests: Vectors) -> NDArray[np.float32]:
    """Of each item to each request, shape (n_items, n_requests); NaN for an item without a vector."""
    cosines = np.full((len(table.present), len(requests)), np.nan, dtype=np.float32)
    starts = table.starts[:-1][table.present]
    if starts.size:
        cosines[table.present] = np.maximum.reduceat(table.matrix @ requests.T, starts, axis=0)
    return cosines


__all__ = ["Usual", "background_requests", "usual_of"]
