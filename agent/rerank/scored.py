"""Scored candidates: what reranking makes and everything after it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.candidates import Candidate


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its final score.

    Attributes:
        score: Retrieval and model blended, in [0, 1].
        retrieval_rank: 1-based rank before the model was asked.
        likelihood: What the model said of it, by the method in use; None when it was not asked or gave no number.
    """

    candidate: Candidate
    score: float
    retrieval_rank: int
    likelihood: float | None = None


def unranked(candidates: Sequence[Candidate]) -> list[Scored]:
    """The candidates as retrieval ordered them."""
    return [Scored(candidate, candidate.score, rank) for rank, candidate in enumerate(candidates, start=1)]
