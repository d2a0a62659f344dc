"""Scope: which items a request is about at all, by the kind of thing that is sought and by what is denied."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from agent.understand import Understood
from agent.understand.denials import HOLDS, UNSAID, HoldingTable
from agent.understand.kinds import KindMatch, KindTable
from retrieval.snapshot import Rows

_NO_ROWS: Rows = np.empty(0, dtype=np.intp)
LONG_LIST = 10  # items beyond which a list is long
NEAREST = 3  # items of another kind that are shown at most, where there are none of the kind


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Which items a request is about.

    Attributes:
        refused: Items that hold what is denied: they are not to be shown.
        others: Items of another kind, while there are some of the kind: they are not shown in a short list.
        later: Items that do not say whether they hold what is denied: they come after those that do.
        kind: What is known of the kind; None where none is sought.
    """

    refused: Rows = field(default_factory=lambda: _NO_ROWS)
    others: Rows = field(default_factory=lambda: _NO_ROWS)
    later: Rows = field(default_factory=lambda: _NO_ROWS)
    kind: KindMatch | None = None

    @property
    def missing(self) -> bool:
        """Whether nothing in the catalog is of the kind that is sought."""
        return self.kind is not None and self.kind.level == "none"

    @property
    def hidden(self) -> Rows:
        """All that is not to be shown, ascending."""
        return np.union1d(self.refused, self.others).astype(np.intp)

    def with_rows(self, rows: Collection[int]) -> Scope:
        """The scope with these items in it, of whatever kind they are."""
        return replace(self, others=np.setdiff1d(self.others, list(rows)).astype(np.intp))

    def within(self, n_items: int) -> NDArray[np.bool_]:
        """Which of all items may be shown, shape (n_items,)."""
        mask = np.ones(n_items, dtype=bool)
        mask[self.hidden] = False
        return mask


def scope_of(understood: Understood, kinds: KindTable, holding: HoldingTable, k: int) -> Scope:
    """The scope of a request.

    Args:
        k: How many items are asked for; in a long list, which is to be looked through, no kind keeps others out.
    """
    match = kinds.rows(understood.kind, understood.request.language) if understood.kind else None
    refused, later = np.zeros(holding.size, dtype=bool), np.zeros(holding.size, dtype=bool)
    others = _NO_ROWS
    if match is not None and match.rows.size and k <= LONG_LIST:
        others = np.setdiff1d(np.arange(holding.size, dtype=np.intp), match.rows)
    for denial in understood.denied:
        states = holding.states(denial.term)
        refused |= states == HOLDS
        later |= states == UNSAID
    return Scope(np.flatnonzero(refused), others, np.flatnonzero(later & ~refused), match)


__all__ = ["NEAREST", "Scope", "scope_of"]
