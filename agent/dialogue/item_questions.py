"""Questions about items instead of for items: why one is shown, why another is not, how two compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.language.patterns import patterns
from agent.understand.conditions.amounts import chinese_number
from agent.understand.parsed import Reference
from agent.understand.references import pointed_at
from agent.understand.tokens import flat

ItemQuestionKind = Literal["why", "compare"]

_WORDS = patterns("agent.dialogue", "item_questions")
_COUNTS = _WORDS.only("en").table("counts")
_WHY = re.compile(_WORDS["why"])
_COMPARE = re.compile(_WORDS["compare"])
_FIRST_FEW = re.compile(_WORDS["first few"])
_NOT = re.compile(_WORDS["not"])
_THAT = re.compile(_WORDS["that"])
_QUESTION = re.compile(r"[?？吗呢么]\s*$")
_ALL = re.compile(_WORDS.words("all"))
_ONE = re.compile(_WORDS.words("one"))


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
        return ItemQuestion("compare", tuple(_targets(low)))
    if _WHY.search(low):
        targets = _targets(low)
        if not targets and (match := _THAT.search(low)):
            targets = [Reference("last", "like", match[0])]
        return ItemQuestion("why", tuple(targets), _NOT.search(low) is not None)
    return None


def asks_aloud(text: str) -> bool:
    """Whether a text ends as a question does."""
    return _QUESTION.search(text) is not None


def asks_of_all(low: str) -> bool:
    """Whether a flat text is about all that was shown: `any of these`, `which one`, `they`."""
    return _ALL.search(low) is not None


def points_at_one(low: str) -> bool:
    """Whether a flat text is about a single item that it does not name: `it`, `that one`."""
    return _ONE.search(low) is not None


def _targets(low: str) -> Sequence[Reference]:
    """The items that a question points at."""
    # `The first two` are two items, where `the first` alone is one.
    few = _FIRST_FEW.search(low)
    if few is None:
        return list(pointed_at(low))
    count = few["count"] or few["chinese"]
    n = _COUNTS.get(count) or (int(count) if count.isdecimal() else int(chinese_number(count)))
    return [Reference(at, "like", few[0]) for at in range(1, n + 1)]


__all__ = ["ItemQuestion", "asks_aloud", "asks_of_all", "points_at_one", "read_item_question"]
