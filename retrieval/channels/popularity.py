"""What many people chose lately: a small prior for requests that say little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.channels import Scorer
from retrieval.channels.collaborative import CollaborativeScorer
from retrieval.channels.registry import POPULARITY
from retrieval.collaborative import Model
from retrieval.query import History, Query

_NOBODY = History(np.array([], dtype=np.intp), np.array([], dtype=np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class PopularityChannel:
    """Scores in [0, 1] that are the same for every request; silent while nobody has touched anything."""

    model: Model
    name: str = POPULARITY.name

    def prepare(self, query: Query) -> Scorer | None:
        """A scorer, when any item was touched."""
        del query
        scores = self.model.scores(_NOBODY)
        return CollaborativeScorer(scores) if scores.any() else None
