"""Two channels become one, also where they are each other turned over. Runs only inside the decoding process."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CANCELLED = 0.1  # of the power of the difference, below which the mean has lost what was recorded


def mixed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of the channels, or half their difference where the mean all but cancels, as by a cable wired wrongly.

    Args:
        samples: float32, shape (n_samples, n_channels), of one channel or two.
    """
    if samples.shape[1] == 1:
        return samples[:, 0]
    mean, difference = samples.mean(axis=1), (samples[:, 0] - samples[:, 1]) / 2
    cancelled = float(np.vdot(mean, mean)) < CANCELLED * float(np.vdot(difference, difference))
    return np.asarray(difference if cancelled else mean, dtype=np.float32)
