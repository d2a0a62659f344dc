"""The selection: what one request came to, before any reason is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.answers import UserTurn
from agent.explain.attribution import Ranker
from agent.people.taste import Taste
from agent.perceive.request import Perceived
from agent.rerank.scored import Scored
from agent.understand import Understood
from retrieval.items import Item


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What one turn came to, before any reason is given.

    Attributes:
        chosen: The items to show, best first.
        ranker: Their order as a function of what is left out; None where nothing was ranked.
        candidates: What they were chosen from, best first.
        twins: By row of a chosen item the items folded into it.
        notes: What was done otherwise than asked; reasons may add to it.
        compared: Whether the reasons are to tell how the items differ from the first.
    """

    turn: UserTurn
    perceived: Perceived
    understood: Understood
    taste: Taste
    chosen: Sequence[Scored]
    ranker: Ranker | None = None
    candidates: Sequence[Scored] = ()
    twins: Mapping[int, tuple[Item, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    compared: bool = False
