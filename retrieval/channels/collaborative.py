"""What people with a like history did: the collaborative channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.channels import Scorer, best_rows
from retrieval.channels.registry import COLLABORATIVE
from retrieval.collaborative import Model
from retrieval.query import Query
from retrieval.snapshot import Rows


@dataclass(frozen=True, slots=True, eq=False)
class CollaborativeScorer:
    """A model's scores of all items for one history, at least 0: what speaks against an item counts as nothing.

    Fusions stretch scores, and where a few people disliked what the asking one likes, or the other way round, a scale
    that begins below 0 would make the least bad of their items the best of all.
    """

    scores: NDArray[np.float32]

    def propose(self, n: int, allowed: NDArray[np.bool_] | None) -> Rows:
        """The best items among those that somebody has touched."""
        return best_rows(self.scores, n, allowed)

    def score(self, rows: Rows) -> NDArray[np.float32]:
        """On the model's own scale; NaN for an item that nobody has touched."""
        return self.scores[rows]


@dataclass(frozen=True, slots=True, eq=False)
class CollaborativeChannel:
    """Speaks where the model says something for an item that may be shown; else content speaks alone."""

    model: Model
    name: str = COLLABORATIVE.name

    def prepare(self, query: Query) -> Scorer | None:
        """A scorer, when the history speaks for something that the person does not know."""
        if query.history is None or len(query.history.rows) == 0:
            return None
        scores = np.maximum(self.model.scores(query.history), np.float32(0))
        any_unknown_item = np.any(np.delete(scores, query.hidden) > 0)
        return CollaborativeScorer(scores) if any_unknown_item else None
