"""Scores as places in a list, where only the order counts."""

from __future__ import annotations

import numpy as np

from retrieval.fusion import Scores


def places(scores: Scores) -> Scores:
    """The place of each candidate in the list that these scores make: 1 for the highest.

    Equal scores share the mean of the places they take together, so that a tie helps none of them. NaN, which means
    that the list does not hold the candidate, stays NaN.

    Returns:
        float64, shape (n,), in [1, n].
    """
    known = np.sort(scores[~np.isnan(scores)])
    above = len(known) - np.searchsorted(known, scores, side="right")
    up_to = len(known) - np.searchsorted(known, scores, side="left")
    return np.where(np.isnan(scores), np.nan, (above + 1 + up_to) / 2)
