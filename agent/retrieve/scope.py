"""Scope: which items a request is about at all, by the kind of thing that is sought and by what is denied."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agent.understand import Understood
from agent.understand.denials import HOLDS, UNSAID, HoldingTable
from agent.understand.kinds import KindMatch, KindTable
from retrieval.snapshot import Rows

_NO_ROWS: Rows = np.empty(0, dtype=np.intp)
NEAREST = 3  # items of another kind that are shown at most, where there are none of the kind


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Which items a request is about.

    Attributes:
        hidden: Items that are not to be shown: of another kind, or holding what is denied.
        later: Items that do not say whether they hold what is denied: they come after those that do.
        kind: What is known of the kind; None where none is sought.
    """

    hidden: Rows = field(default_factory=lambda: _NO_ROWS)
    later: Rows = field(default_factory=lambda: _NO_ROWS)
    kind: KindMatch | None = None

    @property
    def missing(self) -> bool:
        """Whether nothing in the catalog is of the kind that is sought."""
        return self.kind is not None and self.kind.level == "none"

    def within(self, n_items: int) -> NDArray[np.bool_]:
        """Which of all items may be shown, shape (n_items,)."""
        mask = np.ones(n_items, dtype=bool)
        mask[self.hidden] = False
        return mask


def scope_of(understood: Understood, kinds: KindTable, holding: HoldingTable) -> Scope:
    """The scope of a request."""
    match = kinds.rows(understood.kind, understood.request.language) if understood.kind else None
    hidden, later = np.zeros(holding.size, dtype=bool), np.zeros(holding.size, dtype=bool)
    if match is not None and match.rows.size:
        hidden = ~np.isin(np.arange(holding.size), match.rows)
    for denial in understood.denied:
        states = holding.states(denial.term)
        hidden |= states == HOLDS
        later |= states == UNSAID
    return Scope(np.flatnonzero(hidden), np.flatnonzero(later & ~hidden), match)


__all__ = ["NEAREST", "Scope", "scope_of"]
