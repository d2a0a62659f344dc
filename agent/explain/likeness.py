"""From which cosine on pictures are said to be alike."""

from __future__ import annotations

import numpy as np

from retrieval.snapshot import DenseTable

# Cosine of the pooled features of the encoder that ships: of a picture to its nearest among pictures of other things it
# stays below this.
ALIKE = 0.45
SOUNDS_ALIKE = 0.4  # of standardised measurements, whose cosine is 0 on average, below which a sound is like none
STRANGERS = 0.9  # share of a catalog's items that are less like their nearest one than those that are told to be alike
FEWEST, MOST = 20, 500  # items by which that is judged


def alike_by(table: DenseTable | None) -> float | None:
    """The cosine for an encoder that nothing is known of, from what a catalog's own pictures have with each other.

    Encoders differ in what two pictures of anything have in common: with some it is nine tenths.

    Returns:
        None where there are too few pictures to tell; then none are said to be alike.
    """
    rows = np.flatnonzero(table.present) if table is not None else np.empty(0, np.intp)
    if table is None or len(rows) < FEWEST:
        return None
    chosen = rows[np.linspace(0, len(rows) - 1, min(MOST, len(rows))).round().astype(int)]
    first = table.matrix[table.starts[chosen]]
    cosines = first @ first.T
    np.fill_diagonal(cosines, -1)
    return max(ALIKE, float(np.quantile(cosines.max(axis=1), STRANGERS)))


__all__ = ["ALIKE", "alike_by"]
