"""Findings in an item's media: which of them may be told to people."""

from __future__ import annotations

from agent.language.untrusted import addressed_to_a_model, holds_address, withheld
from retrieval.items import Description, Item
from retrieval.text.searched import WORDED, words_of


def tellable_spans(description: Description) -> list[int]:
    """Positions of what may be told.

    No letters that make no words, and nothing that gives orders to a machine or says how to reach somebody.
    """
    printed = words_of(description)
    untold = WORDED if withheld(printed) or holds_address(printed) else {"letters"}
    return [
        at
        for at, span in enumerate(description.spans)
        if span.kind not in untold and not addressed_to_a_model(span.text) and not holds_address(span.text)
    ]


def medium_name(item: Item, description: Description) -> str | None:
    """What the catalog calls the file that was described."""
    return next((medium.name for medium in item.media if medium.sha256 == description.media), None)


__all__ = ["medium_name", "tellable_spans"]
