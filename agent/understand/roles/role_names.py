"""Names of several things side by side: `the bag`, `that starter`, `the axe` of an ice axe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.understand.spelling import Spelling
from agent.understand.tokens import flat, forms, tokens

LONGEST = 4  # words of a name


@dataclass(frozen=True, slots=True)
class NamedRole:
    """Where a text names one of several things.

    Attributes:
        role: Which of them, from 0.
        start: Where the name begins, in characters.
        end: Where it ends.
    """

    role: int
    start: int
    end: int


class RoleNames:
    """What each of several things goes by.

    Args:
        names: Of each thing, in their order; the last word of a name is enough where it is that of one thing alone.
    """

    def __init__(self, names: Sequence[Sequence[str]]) -> None:
        self._roles: dict[tuple[str, ...], int] = {}
        spoken = [[forms(name) for name in own if forms(name)] for own in names]
        heads = [{words[-1:] for words in own} for own in spoken]
        for role, own in enumerate(spoken):
            short = [head for head in heads[role] if not any(head in others for others in _without(heads, role))]
            for words in (*short, *own):
                self._roles.setdefault(words, role)
        self._spelling = Spelling(word for words in self._roles for word in words)

    def find(self, text: str) -> list[NamedRole]:
        """Where a text names them, from left to right; a slip of the finger is mended."""
        spoken = tokens(flat(text))
        known = [self._spelling.mend(token.form) or token.form for token in spoken]
        named, at = list[NamedRole](), 0
        while at < len(known):
            length = next(self._lengths(known, at), 0)
            if length:
                role = self._roles[tuple(known[at : at + length])]
                named.append(NamedRole(role, spoken[at].start, spoken[at + length - 1].end))
            at += length or 1
        return named

    def _lengths(self, known: Sequence[str], at: int) -> Iterator[int]:
        longest = min(LONGEST, len(known) - at)
        return (length for length in range(longest, 0, -1) if tuple(known[at : at + length]) in self._roles)


def _without(heads: Sequence[set[tuple[str, ...]]], role: int) -> Iterator[set[tuple[str, ...]]]:
    return (own for at, own in enumerate(heads) if at != role)


__all__ = ["NamedRole", "RoleNames"]
