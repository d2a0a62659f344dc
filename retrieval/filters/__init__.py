"""Must-haves over the fields of a catalog: written by people, checked against the schema, applied exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.filters.columns import FilterColumns
from retrieval.filters.conditions import NEGATIVE, Filter, FilterValue, Op
from retrieval.filters.parsing import parse_filter


def mask(filters: Sequence[Filter], columns: FilterColumns) -> NDArray[np.bool_]:
    """Which items meet all filters, shape (n_items,); all of them when there is no filter.

    Raises:
        FilterError: a field is not filterable.
    """
    met = np.ones(columns.n_items, dtype=np.bool_)
    for condition in filters:
        met &= columns.mask(condition)
    return met


__all__ = ["NEGATIVE", "Filter", "FilterColumns", "FilterValue", "Op", "mask", "parse_filter"]
