"""Requests with known right answers: what fusions learn from, tuning chooses by and evaluation judges by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.query import Query


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One request, and which items answer it.

    Attributes:
        id: Unique among the cases it belongs to: a query's id, or a user's.
        query: The request, with all vectors and the history that may be known when it is made.
        gains: By row of a relevant item how relevant it is, above 0.
        hidden: Rows that are no candidates, such as what the person has seen already.
    """

    id: str
    query: Query
    gains: Mapping[int, float]
    hidden: NDArray[np.intp]
