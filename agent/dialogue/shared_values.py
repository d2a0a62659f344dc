"""Wishes for what a shown item has: `the same material`, `by the same artist as the second`, `more by him`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.language.patterns import patterns
from agent.understand import Vocabulary
from agent.understand.parsed import Target
from agent.understand.references import pointed_at
from agent.understand.rules import named
from agent.understand.tokens import flat
from retrieval.items import Item, Value
from retrieval.text.values import as_text

_WORDS = patterns("agent.dialogue", "shared_values")
_BEFORE = re.compile(_WORDS["before"])
_AFTER = re.compile(_WORDS["behind"])
_AS = re.compile(_WORDS["as"])
_WITH = re.compile(_WORDS["with"])
_BY_MAKER = re.compile(_WORDS["by maker"])
_NONE_BY_MAKER = re.compile(_WORDS["none by maker"])


@dataclass(frozen=True, slots=True)
class SharedValue:
    """A field whose value the items shown next are to share with one shown before.

    Attributes:
        fields: Names it may be called by, the likeliest first.
        target: The item.
        words: What the person said.
        start: Where that begins in the text, in characters.
        end: Where it ends.
    """

    fields: tuple[str, ...]
    target: Target
    words: str
    start: int
    end: int


def shared_values(text: str, vocabulary: Vocabulary) -> Iterator[SharedValue]:
    """The fields that a text wants to stay as they are."""
    low = flat(text)
    # Where the text points at nothing, the item last spoken of is meant.
    first = next(pointed_at(low), None)
    pointed: Target = first.target if first else "last"
    for mention in vocabulary.find(low):
        before, after = _BEFORE.search(low[: mention.start]), _AFTER.match(low, mention.end)
        if not mention.names or not (before or after):
            continue
        # The stretch takes in what leads to it and what it points at, so that neither is searched for.
        start = before.start() if before else mention.start
        if joined := _WITH.search(low[:start]):
            start = joined.start()
        end = after.end() if after else mention.end
        if before and (behind := _AS.match(low, end)):
            end = behind.end()
        yield SharedValue(tuple(field.name for field in mention.names), pointed, text[start:end].strip(), start, end)
    yield from of_same_maker(low, vocabulary)


def of_same_maker(low: str, vocabulary: Vocabulary) -> Iterator[SharedValue]:
    """The maker, where a flat text wants more of who made the item spoken of: `whatever else there is by him`."""
    makers = tuple(field.name for field in vocabulary.of_role("maker"))
    for match in _BY_MAKER.finditer(low) if makers else ():
        if not _NONE_BY_MAKER.search(low, 0, match.start()):
            yield SharedValue(makers, "last", match[0], *match.span())


def same_value(field: str, item: Item) -> str | None:
    """The must-have of having what an item has in a field, as text; None where it has nothing there."""
    value: Value | None = item.value(field)
    if value is None or value == ():
        return None
    if isinstance(value, tuple):
        # One of a list in common is enough: hardly any two items share all of it.
        return f"{named(field)} has any {', '.join(named(entry) for entry in value)}"
    return f"{named(field)} = {named(value) if isinstance(value, str) else as_text(value)}"


__all__ = ["SharedValue", "of_same_maker", "same_value", "shared_values"]
