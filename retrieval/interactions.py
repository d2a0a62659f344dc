"""What people did with items: ratings and events, as they are stored and as matrices to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

InteractionKind = Literal["rating", "like", "dislike", "view", "click", "cart", "purchase", "save", "hide"]


@dataclass(frozen=True, slots=True)
class Interaction:
    """One event between one person and one item.

    Attributes:
        user: Identity of the person, as the source or the application wrote it.
        item_id: Of an item of the catalog.
        kind: What happened; `rating` carries a value.
        value: The rating on the source's own scale; None for events without one.
        at_s: Seconds since 1970-01-01 UTC; None where the source does not say.
    """

    user: str
    item_id: str
    kind: InteractionKind
    value: float | None = None
    at_s: float | None = None
