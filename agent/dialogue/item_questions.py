"""Questions about items instead of for items: why one is shown, why another is not, how two compare."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from agent.language.patterns import patterns
from agent.understand.parsed import Reference
from agent.understand.references import pointed_at
from agent.understand.tokens import flat

ItemQuestionKind = Literal["why", "compare"]

_WORDS = patterns("agent.dialogue", "item_questions")
_WHY = re.compile(_WORDS["why"])
_COMPARE = re.compile(_WORDS["compare"])
_NOT = re.compile(_WORDS["not"])
_THAT = re.compile(_WORDS["that"])
_QUESTION = re.compile(r"[?？吗呢么]\s*$")


@dataclass(frozen=True, slots=True)
class ItemQuestion:
    """A question about items.

    Attributes:
        targets: The items of the list shown last that it points at; empty where it names some, or means all.
        refuses: Whether it asks why something is not so.
    """

    kind: ItemQuestionKind
    targets: tuple[Reference, ...]
    refuses: bool = False


def read_item_question(text: str) -> ItemQuestion | None:
    """What a text asks about items; None where it asks nothing of the kind."""
    low = flat(text)
    if _COMPARE.search(low):  # looked for first, since a comparison may begin with `why`
        return ItemQuestion("compare", tuple(pointed_at(low)))
    if _WHY.search(low):
        targets = [*pointed_at(low)]
        if not targets and (match := _THAT.search(low)):
            targets = [Reference("last", "like", match[0])]
        return ItemQuestion("why", tuple(targets), _NOT.search(low) is not None)
    return None


def asks_aloud(text: str) -> bool:
    """Whether a text ends as a question does."""
    return _QUESTION.search(text) is not None


__all__ = ["ItemQuestion", "asks_aloud", "read_item_question"]
