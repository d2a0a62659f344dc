"""Fit of a list: from what the pipeline has at hand to a probability for each candidate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.answers import Request
from agent.retrieve.fit.evidence import FitEvidence
from agent.retrieve.fit.ground import FitGround
from agent.retrieve.fit.model import FitModel
from retrieval.candidates import Candidate
from retrieval.query import Query


def fits_of(
    candidates: Sequence[Candidate], sought: Request, query: Query, ground: FitGround, model: FitModel
) -> NDArray[np.float64]:
    """The fit of each candidate, in [0, 1], in their order.

    Candidates of a request without words have none that could be judged: NaN.

    Args:
        sought: The request as it is searched, without what its filters say.
        query: The same as retrieval sees it.
    """
    rows = np.array([candidate.row for candidate in candidates], dtype=np.intp)
    if not sought.text:
        return np.full(len(rows), np.nan)
    # vectors that lean towards a person's taste do not say what is asked for
    vectors = query.vectors if query.history is None else {}
    wish = ground.sought(sought.text, sought.language, vectors)
    return model.of(FitEvidence.gather(ground, wish, rows))


__all__ = ["fits_of"]
