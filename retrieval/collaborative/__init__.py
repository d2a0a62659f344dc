"""Collaborative filtering: what people who did the same did beside it.

A model is fitted on everybody's behaviour and scores items for any history, so that a new person, and what a person
did a moment ago, count at once without fitting again.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.query import History


class Model(Protocol):
    """A fitted model."""

    @property
    def name(self) -> str:
        """Name in settings, tables and answers."""

    def scores(self, history: History) -> NDArray[np.float32]:
        """The score of every item for this history, shape (n_items,); higher is better, above 0 speaks for the item.

        NaN for items that nobody has touched: of them nothing is known here.
        """
