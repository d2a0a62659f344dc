"""EASE^R: a linear model of every item by all others, fitted in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.cooccurrence import FAR, REACH, nearby, warm_rows
from retrieval.query import History
from retrieval.snapshot import Rows

MAX_ITEMS = 8_000  # touched by somebody; the fit holds four matrices of its square, here 1 GB
REGULARISATION = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Ease:
    """Embarrassingly shallow autoencoder on co-occurrence nearby in time.

    P = (G + regularisation * I)^-1, B = I - P * diag(1 / diag(P)), score(j) = sum over i of history of w(i) * B(i, j).
    With plain co-occurrence (`far=1`) this is the model of the source. Here G counts what was done shortly after one
    another more (`nearby`): a film seen this week says more of the next one than a film seen years ago. On
    leave-one-out of film ratings, chosen on validation, that lifts HR@10 from 0.23 to 0.26.

    Attributes:
        weights: B, float32, shape (m, m), zero diagonal.
        warm: The item of each row and column of B, shape (m,), ascending.
        n_items: Items of the catalog.

    Source: Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019, equation 8.
    """

    weights: NDArray[np.float32]
    warm: Rows
    n_items: int
    name: str = "ease"

    @classmethod
    def fit(
        cls,
        behaviour: Behaviour,
        *,
        regularisation: float = REGULARISATION,
        reach: float = REACH,
        far: float = FAR,
    ) -> Ease:
        """Fit on everybody's behaviour.

        Raises:
            ValueError: more than `MAX_ITEMS` items were touched; `fit_default` takes another model then.
        """
        warm = warm_rows(behaviour)
        if len(warm) > MAX_ITEMS:
            raise ValueError(f"{len(warm):,} items are more than {MAX_ITEMS:,}")
        return cls(solved(nearby(behaviour, warm, reach, far), regularisation), warm, behaviour.n_items)

    def scores(self, history: History) -> NDArray[np.float32]:
        """Sum of the history's rows of B, each by its weight."""
        scores = np.full(self.n_items, np.nan, dtype=np.float32)
        at, there = places(self.warm, history.rows)
        if there.any():
            scores[self.warm] = history.weights[there] @ self.weights[at[there]]
        return scores


def solved(gram: NDArray[np.float32], regularisation: float) -> NDArray[np.float32]:
    """B for a co-occurrence matrix, which is overwritten.

    Raises:
        LinAlgError: the matrix with its regularisation is not positive definite.
    """
    gram[np.diag_indices_from(gram)] += regularisation
    weights = _inverse(gram)
    weights /= -np.diag(weights).copy()
    # an item must not explain itself, or it would explain nothing by others
    weights[np.diag_indices_from(weights)] = 0
    return weights


def _inverse(gram: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inverse of a positive definite matrix, which is overwritten: by Cholesky, in half the time of others."""
    if len(gram) == 0:
        return gram
    from scipy.linalg import lapack

    factor, failed = lapack.spotrf(gram.T, overwrite_a=1)  # LAPACK counts columns first, and the matrix is symmetric
    inverse, also_failed = lapack.spotri(factor, overwrite_c=1)
    if failed or also_failed:
        raise np.linalg.LinAlgError("the co-occurrence matrix is not positive definite")
    # LAPACK fills one half of a symmetric matrix; the other still holds what stood there
    upper = np.triu(inverse)
    return np.ascontiguousarray(upper + np.triu(upper, 1).T, dtype=np.float32)


def places(warm: Rows, rows: Rows) -> tuple[Rows, NDArray[np.bool_]]:
    """The place of each of `rows` in the ascending `warm`, and whether it stands there at all."""
    at = np.searchsorted(warm, rows)
    there = at < len(warm)
    there[there] = warm[at[there]] == rows[there]
    return at, there
