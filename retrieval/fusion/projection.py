"""Principal axes: long vectors made short, so that little data is enough to learn from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import Vectors
from retrieval.snapshot import DenseTable, Rows

# Of a modality. With 128 axes films nobody knew yet were ranked no better, and training took twice as long.
MAX_AXES = 64
MAX_ROWS = 8_192  # axes of more items are the same axes
BLOCK_ROWS = 2_048


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """x -> (x - mean) @ axes, the principal axes scaled so that a coordinate has variance 1 on average.

    Attributes:
        mean: float32, shape (dim,).
        axes: float32, shape (dim, n_axes).

    Source: Hotelling, Analysis of a Complex of Statistical Variables into Principal Components, 1933.
    """

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]

    @classmethod
    def fit(cls, table: DenseTable, rows: Rows, seed: int = 0) -> Projection | None:
        """The axes of these items, read block by block; None where fewer than two have vectors."""
        there = rows[table.present[rows]]
        if len(there) > MAX_ROWS:
            # sorted, so that the vectors are read in the order in which they lie
            there = np.sort(np.random.default_rng(seed).choice(there, MAX_ROWS, replace=False))
        dim = table.matrix.shape[1]
        count, total, squares = 0, np.zeros(dim), np.zeros((dim, dim))
        for block in _blocks(table, there):
            count, total, squares = count + len(block), total + block.sum(axis=0), squares + block.T @ block
        if count < 2:
            return None
        mean = total / count
        values, axes = np.linalg.eigh(squares / count - np.outer(mean, mean))
        n_axes = min(MAX_AXES, dim, count - 1)
        # `eigh` gives the narrowest axis first; fewer vectors than dimensions span fewer axes
        values, axes = values[::-1][:n_axes], axes[:, ::-1][:, :n_axes]
        # one scale for all axes: wide ones stay wide, and noise is not blown up to the size of what matters
        scale = np.sqrt(max(values.mean(), 1e-12))
        return cls(mean.astype(np.float32), (axes / scale).astype(np.float32))

    @property
    def n_axes(self) -> int:
        """Length of a projected vector."""
        return int(self.axes.shape[1])

    def __call__(self, vectors: Vectors) -> Vectors:
        """Projected vectors, float32, shape (n, n_axes); zeros, the middle of the catalog, for rows with NaN."""
        projected: Vectors = np.nan_to_num((vectors - self.mean) @ self.axes, nan=0.0, posinf=0.0, neginf=0.0)
        return projected

    def items(self, table: DenseTable, rows: Rows) -> tuple[Vectors, NDArray[np.bool_]]:
        """Items projected, block by block, and which of them have a vector at all."""
        projected, there = np.zeros((len(rows), self.n_axes), dtype=np.float32), np.zeros(len(rows), dtype=bool)
        for at in range(0, len(rows), BLOCK_ROWS):
            vectors = table.pooled(rows[at : at + BLOCK_ROWS])
            there[at : at + BLOCK_ROWS] = np.isfinite(vectors).all(axis=1)
            projected[at : at + BLOCK_ROWS] = self(vectors)
        return projected, there


def _blocks(table: DenseTable, rows: Rows) -> Iterator[NDArray[np.float64]]:
    for at in range(0, len(rows), BLOCK_ROWS):
        vectors = table.pooled(rows[at : at + BLOCK_ROWS]).astype(np.float64)
        yield vectors[np.isfinite(vectors).all(axis=1)]
