"""Among which items an order is meant."""

from __future__ import annotations

import re

from agent.understand.orders.order import Scope
from agent.understand.orders.words import regex
from agent.understand.spans import Span

_NOTHING = re.compile(r"[\W\d_]*")


def scope_of(low: str, order: Span, sorts: bool) -> Scope:
    """The items among which an order is meant.

    Args:
        low: The plain text.
        order: Where the words of the order stand.
        sorts: Whether it is said of a whole list; such an order is of what is sought, unless words say otherwise.
    """
    rest = f"{low[: order[0]]} \1 {low[order[1] :]}"
    if regex("shown").search(low):
        return "shown"
    names_all = regex("all").search(rest)
    # `Which is the cheapest` is asked of what is shown, unless it goes on `in the whole shop`.
    if regex("which").search(low) and not names_all:
        return "shown"
    # What is left when all words of ours are taken out names the kind.
    left = regex("blank").sub(" ", regex("first").sub(" ", regex("all").sub(" ", rest)))
    if not _NOTHING.fullmatch(left):
        return "kind"
    if names_all:
        return "all"
    return "kind" if sorts or regex("first").search(low) else "shown"


__all__ = ["scope_of"]
