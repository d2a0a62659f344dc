"""Calibration: a list for somebody with a past holds the kinds of things they chose, in the shares they chose them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.query import History
from retrieval.schema import Field, Schema
from retrieval.snapshot import Rows, Snapshot

SMOOTHING = 0.01  # alpha of equation 5, as in the source
FEWEST_LIKED = 5  # with fewer the shares are chance
MOST_KINDS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The shares of kinds in a person's past, and in each item that may be listed.

    Attributes:
        wanted: Share of each kind in the past, shape (n_kinds,), sums to 1.
        kinds: Share of each kind in each item, shape (n, n_kinds); rows sum to 1, or to 0 for an item of no kind.
    """

    wanted: NDArray[np.float64]
    kinds: NDArray[np.float64]

    def loss(self, chosen: Sequence[int]) -> NDArray[np.float64]:
        """How far a list is from the past once each item joins those chosen, shape (n,); 0 is the same shares.

        KL(p, q) = sum over kinds of p log(p / ((1 - SMOOTHING) q + SMOOTHING p)), q the mean of the items' shares.

        Source: Steck, Calibrated Recommendations, RecSys 2018, equations 2 to 6.
        """
        shares = (self.kinds[list(chosen)].sum(axis=0) + self.kinds) / (len(chosen) + 1)
        # Smoothed, the divergence stays finite where the list has nothing of a kind yet.
        smooth = (1 - SMOOTHING) * shares + SMOOTHING * self.wanted
        present = self.wanted > 0  # a kind without a share in the past adds 0 log 0 = 0
        return np.asarray((self.wanted[present] * np.log(self.wanted[present] / smooth[:, present])).sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Calibrator:
    """Calibrations to one person's past, for whatever items may be listed."""

    wanted: NDArray[np.float64]
    kinds: NDArray[np.float64]

    def of(self, rows: Rows) -> Calibration:
        """The calibration of a list that is chosen from these rows of the catalog."""
        return Calibration(self.wanted, self.kinds[rows])


def calibrator_of(past: History, snapshot: Snapshot) -> Calibrator | None:
    """What to calibrate to; None where the past is too short or the catalog has no field of kinds."""
    liked = past.weights > 0
    field = _kinds_field(snapshot.schema)
    if field is None or liked.sum() < FEWEST_LIKED:
        return None
    kinds = _kind_shares(snapshot, field)
    wanted = past.weights[liked].astype(np.float64) @ kinds[past.rows[liked]]
    return Calibrator(wanted / wanted.sum(), kinds) if wanted.sum() > 0 else None


def _kinds_field(schema: Schema) -> Field | None:
    """The field that says what kinds an item is of: a list called so before a category."""
    fields = [field for field in schema.filterable() if field.values and 2 <= len(field.values) <= MOST_KINDS]
    list_names, category_names = ("genres", "genre", "categories"), ("category", "genre", "kind")
    lists = [field for field in fields if field.type == "list" and field.name.casefold() in list_names]
    categories = [field for field in fields if field.type == "category" and field.name in category_names]
    return next(iter((*lists, *categories)), None)


def _kind_shares(snapshot: Snapshot, field: Field) -> NDArray[np.float64]:
    """Of each item the share of each kind, shape (n, n_kinds): one of two kinds is half of either."""
    columns = {kind: position for position, kind in enumerate(field.values or ())}
    shares = np.zeros((len(snapshot.items), len(columns)))
    for row, item in enumerate(snapshot.items):
        value = item.value(field.name)
        for kind in value if isinstance(value, tuple) else (value,):
            if isinstance(kind, str) and kind in columns:
                shares[row, columns[kind]] = 1.0
    return np.asarray(shares / np.maximum(shares.sum(axis=1, keepdims=True), 1.0))
