"""Blend: the model's opinion mixed into the retrieval score, within bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.config import AgentConfig


def reorder(
    retrieval: Sequence[float], likelihoods: Sequence[float], config: AgentConfig
) -> tuple[list[int], list[float]]:
    """Positions of all candidates in their new order, and the scores at these places, best first.

    Args:
        retrieval: Fused scores, best first.
        likelihoods: Of as many of the first as the model was asked about.
    """
    blended = blend(retrieval[: len(likelihoods)], likelihoods, config.rerank_weight)
    places = sorted(blended, reverse=True)  # an item held at a place has that place's score: the list stays sorted
    # Whoever was not asked about stays behind, and above no score that stands before it.
    floor, tail = (places[-1] if places else 1.0), range(len(blended), len(retrieval))
    return [*bounded_order(blended, config.max_shift), *tail], [*places, *(min(retrieval[at], floor) for at in tail)]


def blend(retrieval: Sequence[float], likelihoods: Sequence[float], weight: float) -> list[float]:
    """(1 - weight) * retrieval + weight * minmax(likelihood), position by position.

    A likelihood that is not a finite number counts as the mean of the others.
    """
    mixed = (1 - weight) * np.asarray(retrieval, dtype=np.float64) + weight * opinions(likelihoods)
    return [float(score) for score in mixed]


def opinions(likelihoods: Sequence[float]) -> NDArray[np.float64]:
    """Likelihoods stretched to [0, 1]; all 0.5 where they do not differ, and what is no finite number their mean."""
    scores = np.array(likelihoods, dtype=np.float64)
    finite = scores[np.isfinite(scores)]
    low, spread = (finite.min(), np.ptp(finite)) if finite.size else (0.0, 0.0)
    stretched = (scores - low) / spread if spread > 0 else np.full_like(scores, 0.5)
    # The mean neither lifts nor lowers: a model that gave no number has said nothing for or against the item.
    usable = np.isfinite(stretched)
    return np.where(usable, stretched, stretched[usable].mean() if usable.any() else 0.5)


def bounded_order(scores: Sequence[float], max_shift: int) -> list[int]:
    """Positions ordered by score, best first, no position moving more than `max_shift` places.

    At each place the candidates are those still open whose old place is near enough; one that has reached its
    last permitted place is taken first.
    """
    order: list[int] = []
    open_positions = list(range(len(scores)))
    for place in range(len(scores)):
        if open_positions[0] <= place - max_shift:  # any later, and it would fall too far
            best = open_positions[0]
        else:
            reachable = [at for at in open_positions if at <= place + max_shift]
            best = max(reachable, key=lambda at: (scores[at], -at))
        open_positions.remove(best)
        order.append(best)
    return order
