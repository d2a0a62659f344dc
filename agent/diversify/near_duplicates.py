"""Twins: items that are all but the same are shown once, and the others are folded into the one shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.rerank import Scored
from retrieval.items import Item
from retrieval.similarity import likeness
from retrieval.snapshot import Snapshot
from retrieval.text.words import fold

ALIKE = 0.985  # cosine from which items are one, whatever their titles: a product listed twice, not two of a series
SAME_TITLE = 0.9  # the same of items whose titles are equal: two paintings of one name are two paintings
MOST_FOLDED = 20  # of one item


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A ranked list without twins.

    Attributes:
        leaders: The list, each item the best ranked of its twins.
        twins: By row of a leader the items folded into it.
        rows: Of all items folded away.
    """

    leaders: list[Scored]
    twins: Mapping[int, tuple[Item, ...]]
    rows: frozenset[int]


def fold_twins(ranked: Sequence[Scored], snapshot: Snapshot) -> Folded:
    """The list with each item folded into the first before it that is all but the same."""
    if len(ranked) < 2:
        return Folded(list(ranked), {}, frozenset())
    alike = likeness(snapshot, np.array([scored.candidate.row for scored in ranked], dtype=np.intp))
    titles = [fold(scored.candidate.item.title) for scored in ranked]
    leaders, twins = list[int](), dict[int, list[int]]()
    for at in range(len(ranked)):
        # Compared with leaders alone: items that are alike in a chain would else all become one.
        near = (
            leader for leader in leaders if alike[leader, at] >= (SAME_TITLE if titles[leader] == titles[at] else ALIKE)
        )
        leader = next(near, None)
        if leader is None:
            leaders.append(at)
        else:
            twins.setdefault(leader, []).append(at)
    by_row = {
        ranked[leader].candidate.row: tuple(ranked[at].candidate.item for at in group[:MOST_FOLDED])
        for leader, group in twins.items()
    }
    rows = frozenset(ranked[at].candidate.row for group in twins.values() for at in group)
    return Folded([ranked[at] for at in leaders], by_row, rows)
