"""The acts that a turn may do, and what is known when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Act = Literal[
    "request",
    "refine",
    "critique",
    "several",
    "ask_item",
    "ask_catalog",
    "ask_shop",
    "choose",
    "owned",
    "like",
    "dislike",
    "more",
    "none",
    "again",
    "undo",
    "restart",
    "forget",
    "agree",
    "greet",
    "thanks",
    "bye",
    "help",
    "chat",
    "out_of_scope",
    "unclear",
]
ACTS: tuple[Act, ...] = get_args(Act)

SEEKING: frozenset[Act] = frozenset({"request", "refine", "critique", "several"})
"""Acts whose words say what is looked for."""

SOCIAL: frozenset[Act] = frozenset({"greet", "thanks", "bye", "chat", "help", "out_of_scope", "unclear"})
"""Acts that are answered in words alone, whatever the catalog holds."""


@dataclass(frozen=True, slots=True)
class TurnContext:
    """What stands when a turn is made; the same words mean other things then.

    Attributes:
        shown: Whether items are on the screen.
        offered: Whether the last answer offered or asked something.
    """

    shown: bool = False
    offered: bool = False


__all__ = ["ACTS", "SEEKING", "SOCIAL", "Act", "TurnContext"]
