"""The words by which people compare with a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agent.language.patterns import data, patterns

Side = Literal["<", ">"]
Direction = Literal["<", "<=", ">", ">=", "~", "<~"]
FLIPPED: dict[Direction, Direction] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "~": "~", "<~": ">"}


@dataclass(frozen=True, slots=True)
class Comparator:
    """Words that compare with a number.

    Attributes:
        pattern: The words.
        direction: What they ask; `~` is about as much, `<~` about as much at most.
        roles: What they compare, the first that the catalog has; empty where the number has to tell.
    """

    pattern: re.Pattern[str]
    direction: Direction
    roles: tuple[str, ...] = ()


_ROOM = "agent.understand.conditions"
_WORDS = patterns(_ROOM, "comparators")
_THAN = _WORDS["than"]


def _demand(kind: str, name: str) -> tuple[Any, tuple[str, ...]]:
    """What words of comparison ask, and the roles they compare."""
    entry = data(_ROOM)[kind][name]
    if entry["asks"] not in FLIPPED:
        raise ValueError(f"{kind}, {name}: {entry['asks']!r} is no direction. Use one of {', '.join(FLIPPED)}.")
    return entry["asks"], tuple(entry.get("roles", ()))


def _table(kind: str) -> Iterator[tuple[tuple[str, ...], Direction, tuple[str, ...]]]:
    """Words, what they ask and of which roles, in the order in which they are tried."""
    words = patterns(_ROOM, kind)
    yield from ((words.alternatives(name), *_demand(kind, name)) for name in data(_ROOM)[kind])


def _whole(alternatives: Sequence[str]) -> str:
    """The alternatives, Latin ones only as whole words."""
    return "|".join(rf"(?<![a-z])(?:{word})(?![a-z])" if re.match(r"[a-z(~]", word) else word for word in alternatives)


# Comparative adjectives: also said of items shown before (`cheaper than the first`).
ADJECTIVES: tuple[tuple[str, Side, tuple[str, ...]], ...] = tuple(
    (words, *_demand("adjectives", name))
    for name in data(_ROOM)["adjectives"]
    if (words := patterns(_ROOM, "adjectives")[name])
)
# Adjectives that compare as they are behind `比第二个`.
PLAIN: Mapping[str, tuple[Side, tuple[str, ...]]] = {
    word: _demand("adjectives", name) for word, name in _WORDS.table("plain").items()
}

BEFORE: tuple[Comparator, ...] = (
    *(
        Comparator(re.compile(rf"(?:{_whole(words)})\s*(?:{_THAN})?\s*$"), op, roles)
        for words, op, roles in _table("compared before")
    ),
    *(
        Comparator(re.compile(rf"(?:{_whole(words)}) (?:{_THAN})\s*$"), op, roles)
        for words, op, roles in _table("adjectives")
        if words
    ),
)
AFTER: tuple[Comparator, ...] = tuple(
    Comparator(re.compile(rf"\s*(?:{_WORDS['particle']})?(?:{_whole(words)})"), op, roles)
    for words, op, roles in _table("compared behind")
)
NEGATED = re.compile(rf"(?:{_WORDS['negated']})$")

__all__ = ["ADJECTIVES", "AFTER", "BEFORE", "FLIPPED", "NEGATED", "PLAIN", "Comparator", "Direction", "Side"]
