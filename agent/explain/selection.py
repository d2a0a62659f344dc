"""What a request came to: what was asked, and which items were chosen for it, before any reason is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.answers import UserTurn
from agent.diversify import Slate
from agent.explain.counterfactual import CounterfactualRanker
from agent.people import Taste
from agent.perceive import Perceived
from agent.rerank import Scored
from agent.retrieve.scope import Scope
from agent.rules import NO_SWAY, Sway
from agent.understand import Understood
from retrieval.items import Item
from retrieval.text.codes import CodesAsked


@dataclass(frozen=True, slots=True, eq=False)
class Inquiry:
    """All that is known of a request once it is understood.

    Attributes:
        turn: As the person made it.
        perceived: What its media show and say.
        understood: What it asks for.
        taste: What is known of the person's taste.
        slate: How a ranked list becomes the list that is shown.
        scope: Which items it is about.
        sway: What the shop's rules do to it.
        codes: The model numbers that it holds.
    """

    turn: UserTurn
    perceived: Perceived
    understood: Understood
    taste: Taste
    slate: Slate
    scope: Scope = field(default_factory=Scope)
    sway: Sway = NO_SWAY
    codes: CodesAsked = field(default_factory=CodesAsked)


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The items to show for a request.

    Attributes:
        chosen: Best first.
        ranker: Their order as a function of what is left out; None where nothing was ranked.
        candidates: What they were chosen from, best first.
        twins: By row of a chosen item the items folded into it.
        compared: Whether the reasons are to tell how the items differ from the first.
        fits: By row how likely it is that an item is what was asked for; empty where nothing was asked in words.
        nothing_fits: Whether none of the candidates is likely to be.
        promoted: Rows of what stands where it stands by a rule of the shop.
    """

    inquiry: Inquiry
    chosen: Sequence[Scored]
    ranker: CounterfactualRanker | None = None
    candidates: Sequence[Scored] = ()
    twins: Mapping[int, tuple[Item, ...]] = field(default_factory=dict)
    compared: bool = False
    fits: Mapping[int, float] = field(default_factory=dict)
    nothing_fits: bool = False
    promoted: frozenset[int] = frozenset()


__all__ = ["Inquiry", "Selection"]
