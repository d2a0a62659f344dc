"""An order of items: by which field, which way, among which items; and items put into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agent.language.messages import Note
from retrieval.snapshot import Rows

Trend = Literal["asc", "desc", "mid"]
Scope = Literal["shown", "kind", "all"]
MIDDLE_THIRD = (1 / 3, 2 / 3)  # of all that are known, from the least: what people call mid-range


@dataclass(frozen=True, slots=True)
class Order:
    """What comes first.

    Attributes:
        field: The field that tells, as the catalog spells it; None where none does.
        key: What it is that things are ordered by: a key of `patterns.yaml`, such as `price`, or the field.
        direction: Whether the least comes first, the most, or what lies in the middle.
        scope: Of the items that were shown, of the kind that is sought, or of all there are.
        words: The person's words for it.
        start: Where they begin, in characters.
        end: Where they end.
        count: How many are asked for, where a number is said.
        place: Which of them, from the first: 2 in `the second cheapest`.
    """

    field: str | None
    key: str
    direction: Trend
    scope: Scope
    words: str
    start: int
    end: int
    count: int | None = None
    place: int = 1

    @property
    def note(self) -> Note | None:
        """That no field tells it, for the person."""
        return Note("no field to order by", words=self.words) if self.field is None else None


def ranked(rows: Rows, values: NDArray[np.float64], direction: Trend) -> Rows:
    """The rows in an order: known values first, what is equal as it was before, unknown ones last.

    Args:
        rows: Of the catalog, best first by whatever else counts.
        values: Of every item of the catalog, shape (n_items,); NaN where it is not known.
    """
    own = values[rows]
    known = np.isfinite(own)
    distance = _from_middle(own, known) if direction == "mid" else own if direction == "asc" else -own
    order = np.argsort(np.where(known, distance, np.inf), kind="stable")
    ordered: Rows = rows[order]
    return ordered


def _from_middle(values: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far each is from the middle third of all that are known, as a share of their number; 0 within it."""
    if not known.any():
        return values
    # By rank, since a single dear item would draw a mean, or a middle between both ends, away from all the others.
    sorted_values = np.sort(values[known])
    below = np.searchsorted(sorted_values, values, "left")
    share = (below + np.searchsorted(sorted_values, values, "right")) / (2 * len(sorted_values))
    low, high = MIDDLE_THIRD
    return np.maximum(0.0, np.maximum(low - share, share - high))


__all__ = ["Order", "Scope", "Trend", "ranked"]
