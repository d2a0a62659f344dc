"""What people with a like history did: the collaborative channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.channels import Scorer, best_rows
from retrieval.collaborative import Model
from retrieval.query import Query
from retrieval.snapshot import Rows


@dataclass(frozen=True, slots=True, eq=False)
class CollaborativeScorer:
    """A model's scores of all items for one history."""

    scores: NDArray[np.float32]

    def propose(self, n: int, allowed: NDArray[np.bool_] | None) -> Rows:
        """The best items among those that somebody has touched."""
        return best_rows(self.scores, n, allowed)

    def score(self, rows: Rows) -> NDArray[np.float32]:
        """On the model's own scale; NaN for an item that nobody has touched."""
        return self.scores[rows]


@dataclass(frozen=True, slots=True, eq=False)
class CollaborativeChannel:
    """Speaks where the request has a history and the model knows something of it; else content speaks alone."""

    model: Model
    name: str = "collaborative"

    def prepare(self, query: Query) -> Scorer | None:
        """A scorer, when an item of the history was touched by others."""
        if query.history is None or len(query.history.rows) == 0:
            return None
        scores = self.model.scores(query.history)
        return CollaborativeScorer(scores) if np.any(scores > scores[~np.isnan(scores)].min(initial=np.inf)) else None
