"""MMRec's features: `image_feat.npy` and the like beside an `.inter` file, one row per item number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.errors import InteractionsError

_CHUNK = 4_096  # rows looked at at once; the file itself is only mapped


@dataclass(frozen=True, slots=True)
class FeatureFile:
    """A file of features, looked through.

    Attributes:
        name: Of the file.
        n_items: Rows.
        dim: Numbers in each.
        n_missing: Rows with a number that is none, or nothing but zeros: such an item has no features.
    """

    name: str
    n_items: int
    dim: int
    n_missing: int


def feature_files(path: Path) -> list[FeatureFile]:
    """The features that lie beside an `.inter` file.

    Raises:
        InteractionsError: one of them is not a table of numbers.
    """
    return [_looked_through(file) for file in sorted(path.parent.glob("*_feat.npy"))]


def _looked_through(path: Path) -> FeatureFile:
    try:
        table = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise InteractionsError(f"{path} is no table of features: {error}.", "Write it with numpy.save.") from error
    if table.ndim != 2 or not np.issubdtype(table.dtype, np.number):
        what = f"{path} has shape {table.shape} and type {table.dtype}, not one row of numbers per item."
        raise InteractionsError(what, "Write a two-dimensional array of numbers.")
    missing = 0
    for start in range(0, len(table), _CHUNK):
        part = table[start : start + _CHUNK]
        # a row of zeros stands for an item without a picture, or without a text
        missing += int(np.sum(~np.isfinite(part).all(axis=1) | ~part.any(axis=1)))
    return FeatureFile(path.name, table.shape[0], table.shape[1], missing)
