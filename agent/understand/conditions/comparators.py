"""The words by which people compare with a number.

One table says of each word which way it points; where it may stand, before the number or behind it, follows from that:
`larger than 24`, `24 or larger`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from agent.language.patterns import Patterns, data, patterns, patterns_in
from agent.understand.conditions.phrases import NEVER, flattened
from agent.understand.languages import COMMON, Languages
from agent.understand.tokens import WIDE

Side = Literal["<", ">"]
Direction = Literal["<", "<=", ">", ">=", "~", "<~"]
FLIPPED: dict[Direction, Direction] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "~": "~", "<~": ">"}
_INCLUSIVE: dict[Direction, Direction] = {"<": "<=", ">": ">="}


@dataclass(frozen=True, slots=True)
class Comparator:
    """Words that compare with a number.

    Attributes:
        pattern: The words; they end at the number where they stand before it, and begin there else.
        direction: What they ask; `~` is about as much, `<~` about as much at most.
        roles: What they compare, the first that the catalog has; empty where the number has to tell.
        deniable: Whether a denial before them turns them round: nobody says `not at most`.
        movable: Whether the same words may belong to a number behind them.
    """

    pattern: re.Pattern[str]
    direction: Direction
    roles: tuple[str, ...] = ()
    deniable: bool = True
    movable: bool = False


@dataclass(frozen=True, slots=True)
class Comparators:
    """All comparators of some languages, in the order in which they are tried."""

    before: tuple[Comparator, ...]
    behind: tuple[Comparator, ...]


_ROOM = "agent.understand.conditions"
_WORDS = patterns(_ROOM, "comparators")


@cache
def comparators(languages: Languages = COMMON) -> Comparators:
    """How these languages compare with numbers."""
    words = patterns_in(_ROOM, "comparators", languages)
    than = rf"\s*(?:{flattened(words['than'])})?\s*$"
    return Comparators(
        before=(
            *(_before(entry, than) for entry in _table("limits before", languages, deniable=False)),
            *(_before(entry, than) for entry in _table("limits", languages, deniable=False)),
            *(_before(entry, than) for entry in _table("compared", languages)),
            *(
                _before(entry, rf"\s*(?:{flattened(words['than']) or NEVER})\s*$")
                for entry in _table("adjectives", languages)
            ),
        ),
        behind=(
            *(_behind(entry, words) for entry in _table("compared behind", languages)),
            *(_behind(entry, words) for entry in _table("limits behind", languages)),
            *_or_more(words, languages),
            *(_behind(entry, words, movable=True) for entry in _table("limits", languages, deniable=False)),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """Words of one row of a table, and what they ask."""

    words: Sequence[str]
    direction: Direction
    roles: tuple[str, ...]
    deniable: bool


def _table(kind: str, languages: Languages, *, deniable: bool = True) -> Iterator[_Entry]:
    words = patterns_in(_ROOM, kind, languages)
    for name in data(_ROOM)[kind]:
        if alternatives := words.alternatives(name):
            yield _Entry(alternatives, *_demand(kind, name), deniable)


def _demand(kind: str, name: str) -> tuple[Any, tuple[str, ...]]:
    """What words of comparison ask, and the roles they compare."""
    entry = data(_ROOM)[kind][name]
    if entry["asks"] not in FLIPPED:
        raise ValueError(f"{kind}, {name}: {entry['asks']!r} is no direction. Use one of {', '.join(FLIPPED)}.")
    return entry["asks"], tuple(entry.get("roles", ()))


def _before(entry: _Entry, than: str) -> Comparator:
    pattern = re.compile(rf"(?:{_whole(entry.words)}){than}")
    return Comparator(pattern, entry.direction, entry.roles, entry.deniable)


def _behind(entry: _Entry, words: Patterns, *, movable: bool = False) -> Comparator:
    particle = flattened(words["particle"])
    pattern = re.compile(rf"\s*(?:{particle})?\s*(?:{_whole(entry.words)})")
    return Comparator(pattern, entry.direction, entry.roles, entry.deniable, movable)


def _or_more(words: Patterns, languages: Languages) -> Iterator[Comparator]:
    """`Or less`, `or larger`, `ou plus`: any word that compares, behind the word for `or`."""
    joint = flattened(words["or"])
    if not joint:
        return
    for kind in ("compared", "adjectives"):
        for entry in _table(kind, languages, deniable=False):
            pattern = re.compile(rf"\s*(?:{joint})\s+(?:{_whole(entry.words)})")
            yield Comparator(pattern, _INCLUSIVE[entry.direction], entry.roles, deniable=False, movable=True)


def _whole(alternatives: Sequence[str]) -> str:
    """The alternatives, those of letters as whole words where the language sets spaces between words."""
    plain = [flattened(word) for word in alternatives]
    return "|".join(rf"(?<![^\W_])(?:{word})(?![^\W\d_])" if _is_spaced(word) else word for word in plain)


def _is_spaced(word: str) -> bool:
    return _LETTER.search(word) is not None and _WIDE.search(word) is None


_LETTER = re.compile(r"[^\W\d_]")
_WIDE = re.compile(rf"[{WIDE}]")

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

__all__ = ["ADJECTIVES", "FLIPPED", "PLAIN", "Comparator", "Comparators", "Direction", "Side", "comparators"]
