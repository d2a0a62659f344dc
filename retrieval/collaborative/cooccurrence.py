"""How often the same people touched two items, all told or near one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.collaborative.behaviour import Behaviour
from retrieval.snapshot import Rows

REACH = 8.0
FAR = 0.2
MAX_EVENTS = 2_000  # of one person, the latest: what a person did before says little, and costs its square


def warm_rows(behaviour: Behaviour) -> Rows:
    """The items that somebody has touched."""
    return np.flatnonzero(behaviour.counts)


def nearby(behaviour: Behaviour, warm: Rows, reach: float = REACH, far: float = FAR) -> NDArray[np.float32]:
    """Co-occurrence that counts most what one person did shortly after another thing.

    G(i, j) = sum over people who touched both of far + (1 - far) * exp(-|place(i) - place(j)| / reach), where place
    counts a person's items in the order of time. G is positive semidefinite, as the kernel is.

    Args:
        warm: The items to count, shape (m,).
        reach: Places after which nearness has fallen to 1/e.
        far: What any two things a person did count, in [0, 1]; 1 gives plain co-occurrence.

    Returns:
        float32, shape (m, m); the diagonal counts the people.
    """
    number = np.full(behaviour.n_items, -1, dtype=np.intp)
    number[warm] = np.arange(len(warm))
    gram = np.zeros((len(warm), len(warm)), dtype=np.float32)
    longest = min(MAX_EVENTS, int(np.diff(behaviour.starts).max(initial=0)))
    # computed once for every distance there is, and looked up for each pair
    fading = (far + (1 - far) * np.exp(-np.arange(longest) / reach)).astype(np.float32)
    # person by person: each adds the square of what they touched, and most touched little
    for start, end in zip(behaviour.starts[:-1], behaviour.starts[1:], strict=True):
        touched = number[behaviour.rows[max(start, end - MAX_EVENTS) : end]]
        place = np.arange(len(touched))
        gram[np.ix_(touched, touched)] += fading[np.abs(place[:, None] - place)]
    return gram
